//! An order as everybody sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::LiveView;
use crate::http::notation::{
    BasketReply, KindReply, Moment, MoneyReply, PlaceReply, WindowReply, order_name,
};
use crate::http::promise::expected;
use crate::model::ids::OrderId;
use crate::model::order::{Order, OrderState, Picking};
use crate::model::slot::SlotKind;
use crate::planner::eta::lateness;
use crate::planner::state::State;

/// An order, or a hold that may become one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OrderReply {
    /// Its name. The hold it was had the same number.
    #[schema(example = "O12")]
    order: String,
    /// The shop's own number.
    reference: Option<String>,
    /// How far it has come.
    state: StateReply,
    /// How the customer gets it.
    kind: KindReply,
    /// Where it is picked.
    store: String,
    /// Who carries it, as planned now.
    courier: Option<String>,
    /// The door.
    location: PlaceReply,
    /// The goods.
    basket: BasketReply,
    /// What kind of customer it is.
    tier: String,
    /// Where the customer ordered.
    channel: String,
    /// When it is promised.
    window: WindowReply,
    /// What delivery costs the customer.
    fee: MoneyReply,
    /// When it was booked; null for a hold.
    booked_at: Option<Moment>,
    /// When the courier is expected at the door; null when over, or collected at a store.
    expected_arrival: Option<Moment>,
    /// When it was handed over.
    delivered_at: Option<Moment>,
    /// By how much it was, or is expected to be, later than promised.
    late_seconds: i64,
    /// How many doors come before, once it is on a trip under way.
    stops_before: Option<usize>,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateReply {
    /// Reserved until the hold expires.
    Held,
    /// Promised.
    Booked,
    /// A picker has begun.
    Picking,
    /// All is picked.
    Ready,
    /// On a trip that is loading.
    Loaded,
    /// Left the store.
    OnTheWay,
    /// The courier is at the door.
    Arrived,
    /// Handed over at the door.
    Delivered,
    /// It could not be handed over.
    Failed,
    /// Handed over at the store.
    Collected,
    /// Called off.
    Cancelled,
}

impl StateReply {
    /// All states and their names.
    pub(crate) const ALL: [(&'static str, Self); 11] = [
        ("held", Self::Held),
        ("booked", Self::Booked),
        ("picking", Self::Picking),
        ("ready", Self::Ready),
        ("loaded", Self::Loaded),
        ("on_the_way", Self::OnTheWay),
        ("arrived", Self::Arrived),
        ("delivered", Self::Delivered),
        ("failed", Self::Failed),
        ("collected", Self::Collected),
        ("cancelled", Self::Cancelled),
    ];

    /// The state with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, state)| state)
    }

    /// How far an order has come, picking included.
    pub(crate) fn of(order: &Order) -> Self {
        match (order.state, order.picking) {
            (OrderState::Held, _) => Self::Held,
            (OrderState::Booked, Picking::Waiting) => Self::Booked,
            (OrderState::Booked, Picking::Started(_)) => Self::Picking,
            (OrderState::Booked, Picking::Done(_)) => Self::Ready,
            (OrderState::Loaded, _) => Self::Loaded,
            (OrderState::OnTheWay, _) => Self::OnTheWay,
            (OrderState::Arrived, _) => Self::Arrived,
            (OrderState::Delivered, _) => Self::Delivered,
            (OrderState::Failed, _) => Self::Failed,
            (OrderState::Collected, _) => Self::Collected,
            (OrderState::Cancelled, _) => Self::Cancelled,
        }
    }
}

impl OrderReply {
    /// An order in a plan.
    pub(crate) fn new(live: &LiveView, order: &Order) -> Self {
        let region = live.region();
        let carrier = Carrier::of(&live.view.state, order.id);
        let handed_over = matches!(order.state, OrderState::Delivered | OrderState::Collected);
        let moment = |at| Moment::new(region, at);
        Self {
            order: order_name(order.id),
            reference: order.reference.clone(),
            state: StateReply::of(order),
            kind: order.slot.kind.into(),
            store: region.store(order.slot.store).key.clone(),
            courier: carrier.as_ref().map(|carrier| carrier.courier.clone()),
            location: order.wish.place.into(),
            basket: BasketReply::new(region, &order.wish.basket),
            tier: region.policy.sale.tier_name(order.wish.buyer).to_owned(),
            channel: region.policy.sale.channel_name(order.wish.buyer).to_owned(),
            window: WindowReply::new(region, order.slot.window),
            fee: MoneyReply::new(region, order.fee),
            booked_at: order.booked_at.map(moment),
            expected_arrival: expected(live, order).map(moment),
            delivered_at: order.finished_at.filter(|_| handed_over).map(moment),
            late_seconds: late_seconds(live, order),
            stops_before: carrier.and_then(|carrier| carrier.stops_before),
        }
    }
}

/// By how much an order was, or is expected to be, later than promised, in seconds.
pub(crate) fn late_seconds(live: &LiveView, order: &Order) -> i64 {
    if order.state == OrderState::Cancelled {
        return 0;
    }
    if order.slot.kind == SlotKind::Pickup {
        // Late is what is not ready when the window opens, not who comes for it late.
        let ready = match (order.picking, live.live.outlook.picks.get(&order.id)) {
            (Picking::Done(at), _) => at,
            (_, Some(pick)) => pick.end,
            (_, None) => return 0,
        };
        return (ready - order.slot.window.opens()).0.clamp(0, LATE_MAX);
    }
    let expected = live.live.outlook.arrivals.get(&order.id).copied();
    lateness(order, expected).0.min(LATE_MAX)
}

/// What is expected never counts as late by a day.
const LATE_MAX: i64 = 86_400;

/// Who carries an order.
struct Carrier {
    courier: String,
    stops_before: Option<usize>,
}

impl Carrier {
    fn of(state: &State, order: OrderId) -> Option<Self> {
        let region = state.region.as_ref()?;
        let (route, is_current) = match state.carried_on(order) {
            Some(route) => (route, true),
            None => (state.planned_on(order)?.0, false),
        };
        let route = state.routes.get(&route)?;
        let current = route.current.as_ref().filter(|_| is_current);
        let stops_before = current.and_then(|trip| {
            let own = trip.stops.iter().position(|stop| stop.order == order)?;
            let is_ahead = trip.stops[own].left_at.is_none();
            let before = trip.stops[..own].iter().filter(|stop| stop.left_at.is_none()).count();
            is_ahead.then_some(before)
        });
        Some(Self { courier: region.courier(route.courier).key.clone(), stops_before })
    }
}
