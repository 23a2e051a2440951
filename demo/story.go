package demo

// story is what is special about the life of one of the ten projects. What it does not say goes its ordinary way:
// in time, by the rules, without a hitch.
type story struct {
	part  string // in the demonstration data
	short string // what progress lines call it

	returned bool // the declaration is returned once and amended
	declines bool // an expert declines, the next of the draw takes the seat
	silent   bool // an expert stays silent, the next of the draw takes the seat
	revised  bool // the panel wants the proposal revised, a new panel passes it

	items map[string]handling // items that do not go the ordinary way

	begins  func(*scene) step // what its declaration waits for
	claims  func(*scene) step // what the confirmation of its land waits for
	waiting func(*scene) step // what happens when it waits in line for a quota
	instead func(*scene) step // what happens instead of the start

	occurred bool                // one start condition was met the day before it is entered
	months   []month             // its monthly reports
	during   map[int][]happening // what happens after the report of a month, from 0

	refusedAcceptance bool // it applies for acceptance with a broken commitment
	returnedJoint     bool // the joint acceptance sends it back once
	latePaper         bool // a paper is filed after it is closed
}

// month is one monthly report: the part of the plan that is done, and whether it is filed late on purpose.
type month struct {
	share float64
	late  bool
}

// happening is something beside the ordinary course.
type happening func(*scene) step

// handling is the way of one item.
type handling func(*scene, item) []step

var onTime = month{share: 1}

// stories are the lives of the ten projects.
func stories() []story {
	return []story{
		{
			part: "bridge", short: "漓江桥扩建", returned: true,
			items:    map[string]handling{"site-selection": supplemented, "land-preliminary": withFile, "preliminary-design": handedOver},
			occurred: true,
			months:   []month{onTime, onTime, onTime},
			during:   map[int][]happening{0: {problemOf("管线迁改与施工冲突", "housing")}},
		},
		{
			part: "airport", short: "机场航站楼扩建", declines: true, silent: true,
			items: map[string]handling{
				"works-planning-permit": jointly, "drawing-review": jointly, "fire-design": jointly, "civil-defence": jointly,
			},
			months: []month{{share: 0.8}, onTime, onTime},
			during: map[int][]happening{1: {supervisedProblem("航站区排水接口未明确")}},
		},
		{
			part: "university", short: "理工大三期", revised: true,
			items:  map[string]handling{"environment": paused("publicity", "环境影响评价公示", 6)},
			months: []month{onTime, onTime, onTime},
		},
		{
			part: "solar", short: "光伏电池", waiting: func(s *scene) step { return s.quotaIsAdded("energy", "8000") },
			items:  map[string]handling{"safety": refusedOnce},
			months: []month{onTime, {share: 1.1}, onTime},
		},
		{
			part: "highway", short: "荔玉高速", instead: func(s *scene) step { return s.withdraws("market", "replacement") },
		},
		{
			part: "market", short: "旅游商品交易区",
			begins: func(s *scene) step { // late, so that the land of all others is settled before it asks for its own
				return inSteps(s.othersAre("进入并联审批", inApproval), s.otherSees("ring", "通报", escalated("decision", "environment", "criticism")))
			},
			claims:  func(s *scene) step { return s.othersAre("用地指标已落实", landSettled) },
			waiting: func(s *scene) step { return s.startIsMoved(90) },
			months:  []month{onTime, onTime},
			during:  map[int][]happening{0: {correctedReport}},
		},
		{
			part: "sewage", short: "苏桥污水厂",
			items: map[string]handling{
				"initiation": deemedAccepted, "feasibility": deferring("stability", 45, true),
			},
			months: []month{onTime, onTime, onTime},
		},
		{
			part: "flood", short: "阳朔防洪",
			items:  map[string]handling{"soil-water": overdueUntil("supervision-notice")},
			months: []month{onTime, onTime, onTime},
			during: map[int][]happening{0: {suspended("汛期停工", 12)}},
		},
		{
			part: "ring", short: "灵川绕城公路",
			items:  map[string]handling{"environment": overdueUntilInterview},
			months: []month{onTime, {share: 1, late: true}, onTime},
		},
		{
			part: "home", short: "桃花江养老院",
			items: map[string]handling{
				"initiation": deferring("funding", 4, false), "feasibility": refusedOnce, "environment": extended(5),
			},
			months:            []month{{share: 0.5}, {share: 0.6}, {share: 1.2}},
			refusedAcceptance: true, returnedJoint: true, latePaper: true,
		},
	}
}
