package testnet

import "fmt"

// names returns the nodes that a step means; one empty name for a step without.
func (r *Runner) names(s *Step) ([]string, error) {
	switch s.Node {
	case "all":
		return r.pool(verbs[s.Do].from), nil
	case "random":
		from := r.pool(verbs[s.Do].from)
		if len(from) == 0 {
			return nil, fmt.Errorf("there is no node to %s", s.Do)
		}
		r.chosen = from[r.random.IntN(len(from))]
		return []string{r.chosen}, nil
	case "last":
		return []string{r.chosen}, nil
	}
	return []string{s.Node}, nil
}

// pool lists the nodes of a kind. Those of which nothing is expected are in none.
func (r *Runner) pool(p pool) []string {
	var list []string
	validates := map[string]bool{}
	for _, n := range r.s.Layout().Nodes {
		validates[n.Name] = n.Validator != r.moved[n.Name]
	}
	for _, st := range r.s.states() {
		fits := true
		switch p {
		case ofRunning:
			fits = st.Mode == Running
		case ofDown:
			fits = st.Mode == Stopped || st.Mode == Killed || st.Mode == Failed
		case ofPaused:
			fits = st.Mode == Paused
		case ofValidators:
			fits = st.Mode == Running && validates[st.Name]
		case ofAll:
		}
		if fits && !r.lost[st.Name] {
			list = append(list, st.Name)
		}
	}
	return list
}
