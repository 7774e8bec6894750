// Package diff holds the tests that run public contracts on several engines and
// architectures through package vm's API and compare all that can be seen. Random
// modules are compared in package rewrite. It exports nothing.
package diff
