package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// ListQuotas lists the quotas that my posts may see.
func (s *Server) ListQuotas(c echo.Context, p contract.ListQuotasParams) error {
	rows, err := s.records.Quotas(c.Request().Context(), callerOf(c).Viewer(), store.QuotaQuery{
		Jurisdiction: p.Jurisdiction, Resource: p.Resource, Year: p.Year,
	})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.QuotaList{Items: each(rows, showQuota)})
}

// AddQuota adds to a quota, or cuts it; the line moves by itself.
func (s *Server) AddQuota(c echo.Context, _ contract.AddQuotaParams) error {
	var in contract.QuotaGrant
	if err := bind(c, &in); err != nil {
		return err
	}
	a, err := callFrom(c, "")
	if err != nil {
		return err
	}
	ctx, post := c.Request().Context(), a.who.Post()
	if in.Jurisdiction == "" {
		in.Jurisdiction = post.Jurisdiction
	}
	if err := s.within(ctx, post.Jurisdiction, in.Jurisdiction); err != nil {
		return err
	}
	if err := s.knownResource(ctx, in.Jurisdiction, in.Resource); err != nil {
		return err
	}
	err = s.records.AddQuota(ctx, store.QuotaGrant{
		ID: a.key, Jurisdiction: in.Jurisdiction, Resource: in.Resource, Year: in.Year, Amount: in.Amount, By: a.who.Actor(), Address: c.RealIP(),
		Clause: in.Clause, Note: in.Reason, At: s.civil(),
	})
	if err != nil {
		return unavailable(err)
	}
	rows, err := s.records.Quotas(ctx, a.who.Viewer(), store.QuotaQuery{Jurisdiction: in.Jurisdiction, Resource: in.Resource, Year: in.Year})
	if err != nil {
		return unavailable(err)
	}
	for _, q := range rows {
		if q.Jurisdiction == in.Jurisdiction {
			return c.JSON(http.StatusOK, showQuota(q))
		}
	}
	return domain.NotFound("quota.unknown", "resource", "没有这项指标", "There is no such quota.")
}

// within refuses a jurisdiction that is neither the post's own nor below it.
func (s *Server) within(ctx context.Context, own, code string) error {
	tree, err := s.masters.Jurisdictions(ctx)
	if err != nil {
		return unavailable(err)
	}
	for at := code; at != ""; {
		i := slices.IndexFunc(tree, func(j store.Jurisdiction) bool { return j.Code == at })
		if i < 0 {
			break
		}
		if at == own || own == "" {
			return nil
		}
		at = tree[i].Parent
	}
	return domain.NotFound("jurisdiction.unknown", "jurisdiction", "没有这个辖区，或不在您的辖区之内", "There is no such jurisdiction, or it is not within yours.")
}

// knownResource refuses a quota of what no project of the jurisdiction can ask for.
func (s *Server) knownResource(ctx context.Context, jurisdiction, resource string) error {
	pack, err := s.packFor(ctx, jurisdiction)
	if err != nil {
		return err
	}
	if _, ok := pack.Resource(resource); !ok {
		return domain.Invalid("quota.resource", "resource", domain.RuleInForce, "现行政策包没有这种要素："+resource, "The pack in force has no such resource: "+resource)
	}
	return nil
}

// ListLedger pages through the quota ledger.
func (s *Server) ListLedger(c echo.Context, p contract.ListLedgerParams) error {
	ctx := c.Request().Context()
	list, err := s.records.Ledger(ctx, callerOf(c).Viewer(), store.LedgerQuery{
		QuotaQuery: store.QuotaQuery{Jurisdiction: p.Jurisdiction, Resource: p.Resource, Year: p.Year}, Project: p.Project,
		Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
	if err != nil {
		return unavailable(err)
	}
	show := func(l store.LedgerRow) contract.LedgerLine { return s.showLedger(ctx, l) }
	return c.JSON(http.StatusOK, contract.LedgerList{Items: each(list.Rows, show), Next: list.Next})
}

// GetWaitingLine shows the line for one quota, the head first.
func (s *Server) GetWaitingLine(c echo.Context, p contract.GetWaitingLineParams) error {
	line, err := s.records.WaitingLine(c.Request().Context(), callerOf(c).Viewer(), p.Jurisdiction, p.Resource, p.Year)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.WaitingList{Items: each(line, showWaiting)})
}
