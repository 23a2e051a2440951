package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	operatorservicepb "go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"milepost/domain/entity"
)

// Unlabelled says that the engine does not know the labels that operators find entities by, and that this process
// cannot make it. Without them no entity could be hosted.
type Unlabelled struct {
	Namespace string
	Missing   []string
	Other     []string // of those, the ones that it knows as something else
	Cause     error
}

func (u *Unlabelled) Error() string {
	command := "temporal operator search-attribute create --namespace " + u.Namespace
	for _, name := range u.Missing {
		command += " --name " + name + " --type Keyword"
	}
	for _, name := range u.Other {
		command = fmt.Sprintf("temporal operator search-attribute remove --namespace %s --name %s && %s", u.Namespace, name, command)
	}
	return fmt.Sprintf("the engine's namespace %q lacks search attributes and this process cannot add them (%v); have an administrator of the engine run: %s",
		u.Namespace, u.Cause, command)
}

func (u *Unlabelled) Unwrap() error { return u.Cause }

// EnsureLabels makes the engine know the labels of all entities; that it knows them is success. *Unlabelled: somebody
// else has to. Any other error may pass.
func EnsureLabels(ctx context.Context, engine client.Client, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	u := &Unlabelled{Namespace: namespace, Missing: entity.LabelNames()}
	known, err := engine.OperatorService().ListSearchAttributes(ctx, &operatorservicepb.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return u.unless(err)
	}
	if u.compare(known.GetCustomAttributes()); len(u.Missing) == 0 {
		return nil
	}
	if len(u.Other) > 0 {
		return u.unless(serviceerror.NewInvalidArgument("it knows " + strings.Join(u.Other, ", ") + " as something else than Keyword"))
	}
	add := &operatorservicepb.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: map[string]enumspb.IndexedValueType{}}
	for _, name := range u.Missing {
		add.SearchAttributes[name] = enumspb.INDEXED_VALUE_TYPE_KEYWORD
	}
	_, err = engine.OperatorService().AddSearchAttributes(ctx, add)
	return u.unless(err) // that another worker was quicker passes too
}

// compare finds what is missing.
func (u *Unlabelled) compare(known map[string]enumspb.IndexedValueType) {
	u.Missing = nil
	for _, name := range entity.LabelNames() {
		kind, there := known[name]
		if !there || kind != enumspb.INDEXED_VALUE_TYPE_KEYWORD {
			u.Missing = append(u.Missing, name)
		}
		if there && kind != enumspb.INDEXED_VALUE_TYPE_KEYWORD {
			u.Other = append(u.Other, name)
		}
	}
}

// unless returns an error that may pass as it is, and as the reason for one that will not.
func (u *Unlabelled) unless(err error) error {
	var denied *serviceerror.PermissionDenied
	var unsupported *serviceerror.Unimplemented
	var invalid *serviceerror.InvalidArgument
	if errors.As(err, &denied) || errors.As(err, &unsupported) || errors.As(err, &invalid) {
		u.Cause = err
		return u
	}
	return err
}
