package metrics

import "github.com/prometheus/client_golang/prometheus"

// question is a metric that is asked for when somebody looks.
type question struct {
	name, help string
	counts     bool // a counter, else a gauge
	label      string
	values     []string // of the label; one without a name if there is none
	ask        func(answers) []float64
}

// answers are those of all sources at one moment.
type answers struct {
	height, first, hits, misses, cacheBytes, diskBytes, views  float64
	codes, codeBytes, loads, builds, idle, idleBytes           float64
	newTaken, newRefused, againTaken, againRefused             float64
	queriesAnswered, queriesRefused, querySeconds, queriesBusy float64
}

func one(f func(answers) float64) func(answers) []float64 {
	return func(a answers) []float64 { return []float64{f(a)} }
}

// questions are in the order of docs/operators.md.
var questions = []question{
	{name: "state_height", help: "Height of the last commit.", ask: one(func(a answers) float64 { return a.height })},
	{name: "state_oldest_height", help: "Oldest height that answers queries.", ask: one(func(a answers) float64 { return a.first })},
	{name: "state_heights_kept", help: "How many heights answer queries.", ask: one(func(a answers) float64 {
		if a.first == 0 {
			return 0
		}
		return a.height - a.first + 1
	})},
	{name: "state_disk_bytes", help: "What the state takes on disk.", ask: one(func(a answers) float64 { return a.diskBytes })},
	{name: "state_views", help: "Older heights that queries or snapshots read now.", ask: one(func(a answers) float64 { return a.views })},
	{name: "state_cache_bytes", help: "Latest values in the cache.", ask: one(func(a answers) float64 { return a.cacheBytes })},
	{
		name: "state_cache_reads_total", help: "Reads of latest values, by whether the cache had them.", counts: true, label: "result", values: []string{"hit", "miss"},
		ask: func(a answers) []float64 { return []float64{a.hits, a.misses} },
	},
	{name: "vm_codes", help: "Compiled codes in memory.", ask: one(func(a answers) float64 { return a.codes })},
	{name: "vm_code_bytes", help: "What the codes that are not pinned take.", ask: one(func(a answers) float64 { return a.codeBytes })},
	{
		name: "vm_code_loads_total", help: "Uses of codes, by whether they were in memory.", counts: true, label: "result", values: []string{"hit", "miss"},
		ask: func(a answers) []float64 { return []float64{a.loads, a.builds} },
	},
	{name: "vm_idle_instances", help: "Instances that wait for a call.", ask: one(func(a answers) float64 { return a.idle })},
	{name: "vm_idle_bytes", help: "What these occupy.", ask: one(func(a answers) float64 { return a.idleBytes })},
	{
		name: "mempool_checks_total", help: "Checks of transactions when they come, by result.", counts: true, label: "result", values: []string{"ok", "refused"},
		ask: func(a answers) []float64 { return []float64{a.newTaken, a.newRefused} },
	},
	{
		name: "mempool_rechecks_total", help: "Checks of waiting transactions after a block, by result.", counts: true, label: "result", values: []string{"ok", "refused"},
		ask: func(a answers) []float64 { return []float64{a.againTaken, a.againRefused} },
	},
	{
		name: "queries_total", help: "Queries through all doors, by result.", counts: true, label: "result", values: []string{"ok", "refused"},
		ask: func(a answers) []float64 { return []float64{a.queriesAnswered, a.queriesRefused} },
	},
	{name: "query_seconds_total", help: "Time that queries took, the waiting for a turn included.", counts: true, ask: one(func(a answers) float64 { return a.querySeconds })},
	{name: "queries_running", help: "Queries that run now (max-queries of app.toml bounds them).", ask: one(func(a answers) float64 { return a.queriesBusy })},
}

// asked collects the questions.
type asked struct {
	from  Sources
	descs []*prometheus.Desc
}

func describe(labels prometheus.Labels) []*prometheus.Desc {
	out := make([]*prometheus.Desc, len(questions))
	for i, q := range questions {
		var names []string
		if q.label != "" {
			names = []string{q.label}
		}
		out[i] = prometheus.NewDesc("weft_"+q.name, q.help, names, labels)
	}
	return out
}

// Describe implements prometheus.Collector.
func (a asked) Describe(out chan<- *prometheus.Desc) {
	for _, d := range a.descs {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (a asked) Collect(out chan<- prometheus.Metric) {
	v, s, c := a.from.VM(), a.from.State(), a.from.ABCI()
	now := answers{
		height: float64(s.Height), first: float64(s.First), hits: float64(s.Hits), misses: float64(s.Misses),
		cacheBytes: float64(s.CacheBytes), diskBytes: float64(s.DiskBytes), views: float64(s.Views),
		codes: float64(v.Codes), codeBytes: float64(v.CodeBytes), loads: float64(v.Hits), builds: float64(v.Misses),
		idle: float64(v.Idle), idleBytes: float64(v.IdleBytes),
		newTaken: float64(c.NewTaken), newRefused: float64(c.NewRefused),
		againTaken: float64(c.AgainTaken), againRefused: float64(c.AgainRefused),
		queriesAnswered: float64(c.Answered), queriesRefused: float64(c.Refused),
		querySeconds: c.QueryTime.Seconds(), queriesBusy: float64(c.Running),
	}
	for i, q := range questions {
		kind := prometheus.GaugeValue
		if q.counts {
			kind = prometheus.CounterValue
		}
		for j, value := range q.ask(now) {
			var label []string
			if q.label != "" {
				label = []string{q.values[j]}
			}
			out <- prometheus.MustNewConstMetric(a.descs[i], kind, value, label...)
		}
	}
}
