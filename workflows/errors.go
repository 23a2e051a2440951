package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"milepost/domain"
)

// toWire turns a refusal into the error that the engine carries to the caller. Whatever is no refusal is a
// fault of ours, told without detail.
func toWire(err error) error {
	if err == nil {
		return nil
	}
	refusal := domain.AsError(err)
	switch {
	case refusal == nil:
		return temporal.NewNonRetryableApplicationError("the rules failed", typeFault, nil)
	case refusal.Kind == domain.KindBusy:
		return temporal.NewNonRetryableApplicationError(refusal.Code, typeBusy, nil, *refusal)
	default:
		return temporal.NewNonRetryableApplicationError(refusal.Code, typeRefusal, nil, *refusal)
	}
}

// FromWire returns the refusal inside an error that came from a host: busy when the same command may succeed a
// little later. known is false when the error says nothing of what became of the command.
func FromWire(err error) (refusal *domain.Error, known bool) {
	var application *temporal.ApplicationError
	if !errors.As(err, &application) {
		return nil, false
	}
	switch application.Type() {
	case typeRefusal, typeBusy:
		refusal = &domain.Error{}
		readable := application.Details(refusal) == nil
		return refusal, readable
	case typeFault:
		return fault(), true
	default:
		return nil, false
	}
}

// KindFault is the kind of refusal that says the product failed, not the person: 500.
const KindFault domain.Kind = "fault"

func fault() *domain.Error {
	return &domain.Error{Kind: KindFault, Code: "command.fault", Text: domain.Text{
		Zh: "系统处理这项操作时出错，操作没有生效，请联系管理员", En: "The product failed on this command; nothing happened. Please tell the administrator.",
	}}
}

func busy() error {
	return domain.Busy("entity.busy", "记录积压，请稍后重试", "Too much waits to be recorded; try again shortly.")
}

// striking asks for a moment of patience: a deadline has passed, and what was received before it comes first.
func striking() error {
	return domain.Busy("entity.striking", "时限刚到，正在核对此前收到的操作，请稍后重试", "A deadline has just passed, and what was received before it comes first; try again shortly.")
}

// CodeBehind is the code of busy when the engine knows less of an entity than the record: no waiting helps.
const CodeBehind = "entity.behind"

// behind says that the engine's store is older than the record. What the entity decided now would be numbered like
// lines that are on record, and later be appended to what it knows nothing of.
func behind() error {
	return domain.Busy(CodeBehind, "流程引擎的数据早于数据库记录，须由管理员恢复", "The engine is behind the record; the administrator must recover it.")
}

func full() error {
	return domain.Conflict("entity.full", "", "本项目累积的内容已达上限，请精简文字或联系管理员", "So much has been filed that there is no room for this; shorten it, or tell the administrator.")
}
