package store

import "sync"

// folds keeps how entities stand after their last line, so that the next line need not read it out of their snapshots.
// It is a memory only: what does not fit the end of the chain on record is of no use, and is dropped.
type folds struct {
	mu     sync.Mutex
	of     map[string]*fold // by entity
	weight int
}

// heavyFolds is how many bytes of snapshots are kept as folds; in memory they take a few times as much.
const heavyFolds = 16 << 20

// fold is how an entity stands at the end of its chain. Whoever takes it has it alone.
func (s *Store) fold(head entityModel) (*fold, error) {
	if f := s.folds.take(head); f != nil {
		return f, nil
	}
	return newFold(head.Name, []byte(head.Snapshot))
}

func (k *folds) take(head entityModel) *fold {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.of[head.Name]
	k.drop(head.Name)
	if f == nil || f.hash != head.LastHash {
		return nil
	}
	return f
}

// keep remembers a fold that is on record as it is.
func (k *folds) keep(name string, f *fold) {
	if f.hash == "" || f.weight > heavyFolds/4 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop(name)
	for other := range k.of { // whichever comes
		if k.weight+f.weight <= heavyFolds {
			break
		}
		k.drop(other)
	}
	if k.of == nil {
		k.of = map[string]*fold{}
	}
	k.of[name] = &fold{
		state: f.state, project: f.project, before: f.before, first: f.before, months: f.after, after: f.after, hash: f.hash, weight: f.weight,
	}
	k.weight += f.weight
}

func (k *folds) drop(name string) {
	if f := k.of[name]; f != nil {
		k.weight -= f.weight
		delete(k.of, name)
	}
}
