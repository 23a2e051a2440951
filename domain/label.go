package domain

// Label is what an operator finds an entity by in the engine, where no right is asked for: nothing personal.
type Label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
