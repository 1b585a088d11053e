//! The scenario file, TOML or JSON.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// So many days are simulated at most by one scenario.
pub(crate) const DAYS_MAX: usize = 100_000;
/// So many couriers a region has at most.
pub(crate) const COURIERS_MAX: u16 = 2_000;

/// What a scenario says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ScenarioFile {
    pub(crate) base: BaseChoice,
    pub(crate) couriers: Option<Vec<u16>>,
    pub(crate) seeds: Option<Vec<u64>>,
    pub(crate) promise_minutes: Option<i64>,
    pub(crate) orders_per_day: Option<u32>,
    pub(crate) noise: Option<f64>,
    pub(crate) improve_iterations: Option<u32>,
    pub(crate) improve_every_seconds: Option<i64>,
}

/// The day to start from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum BaseChoice {
    /// The invented city of `punctual demo`.
    #[default]
    Demo,
    /// A recorded day of the Meal Delivery Routing Problem library.
    Mdrp(PathBuf),
    /// A region of one's own, with a recorded day of orders or with invented customers.
    Config { config: PathBuf, orders: Option<PathBuf> },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Body {
    base: Option<Value>,
    couriers: Option<Vec<u16>>,
    seeds: Option<Value>,
    promise_minutes: Option<i64>,
    orders_per_day: Option<u32>,
    noise: Option<f64>,
    improve_iterations: Option<u32>,
    improve_every_seconds: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MdrpBody {
    mdrp: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigBody {
    config: PathBuf,
    orders: Option<PathBuf>,
}

/// Reads a scenario; folders in it are relative to its own.
///
/// # Errors
/// The file cannot be read, or says something that makes no sense; the error names it.
pub(crate) fn read(path: &Path) -> anyhow::Result<ScenarioFile> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the scenario {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    parse(&text, folder).with_context(|| format!("in {}", path.display()))
}

fn parse(text: &str, folder: &Path) -> anyhow::Result<ScenarioFile> {
    let value: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).context("it is not JSON")?
    } else {
        toml::from_str(text).context("it is not TOML")?
    };
    let body: Body = typed(value)?;
    Ok(ScenarioFile {
        base: body.base.map_or(Ok(BaseChoice::Demo), |base| base_of(base, folder))?,
        couriers: body.couriers,
        seeds: body.seeds.map(seeds_of).transpose()?,
        promise_minutes: body.promise_minutes,
        orders_per_day: body.orders_per_day,
        noise: body.noise,
        improve_iterations: body.improve_iterations,
        improve_every_seconds: body.improve_every_seconds,
    })
}

fn typed<T: DeserializeOwned>(value: Value) -> anyhow::Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if path == "." { anyhow::anyhow!("{inner}") } else { anyhow::anyhow!("{path}: {inner}") }
    })
}

fn base_of(value: Value, folder: &Path) -> anyhow::Result<BaseChoice> {
    let expected =
        "base: expected \"demo\", { mdrp = \"DIR\" } or { config = \"DIR\", orders = \"FILE\" }";
    match &value {
        Value::String(name) if name == "demo" => Ok(BaseChoice::Demo),
        Value::Object(keys) if keys.contains_key("mdrp") => {
            let body: MdrpBody = typed(value).context("base")?;
            Ok(BaseChoice::Mdrp(folder.join(body.mdrp)))
        }
        Value::Object(keys) if keys.contains_key("config") => {
            let body: ConfigBody = typed(value).context("base")?;
            let orders = body.orders.map(|orders| folder.join(orders));
            Ok(BaseChoice::Config { config: folder.join(body.config), orders })
        }
        other => bail!("{expected}, found {other}"),
    }
}

/// A list of seeds, or how many: 3 means 1, 2, 3.
fn seeds_of(value: Value) -> anyhow::Result<Vec<u64>> {
    match value.as_u64() {
        Some(count) => count_of_seeds(count),
        None => typed(value).context("seeds: expected how many, or a list of whole numbers"),
    }
}

fn count_of_seeds(count: u64) -> anyhow::Result<Vec<u64>> {
    let allowed = 1..=DAYS_MAX as u64;
    ensure!(allowed.contains(&count), "seeds: {count} days, allowed are 1 to {DAYS_MAX}");
    Ok((1..=count).collect())
}

/// Seeds as they are given on the command line: `3` or `7,8,9`.
pub(crate) fn parse_seeds(text: &str) -> anyhow::Result<Vec<u64>> {
    let numbers: Result<Vec<u64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    let expected = "--seeds: expected how many, or a list as in 7,8,9";
    match numbers.ok().as_deref() {
        Some([count]) => count_of_seeds(*count),
        Some(list) => Ok(list.to_vec()),
        None => bail!("{expected}, found {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match parse(text, Path::new("/scenarios")) {
            Ok(file) => format!("{:?} {:?} {:?}", file.base, file.couriers, file.seeds),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn a_scenario_names_its_base_couriers_and_seeds() {
        insta::assert_snapshot!(told("couriers = [16, 20]\nseeds = 3"), @"Demo Some([16, 20]) Some([1, 2, 3])");
        insta::assert_snapshot!(
            told("base = { config = \"mine\", orders = \"mine/orders.csv\" }\nseeds = [7]"),
            @r#"Config { config: "/scenarios/mine", orders: Some("/scenarios/mine/orders.csv") } None Some([7])"#
        );
        insta::assert_snapshot!(told(r#"{"base": {"mdrp": "day"}}"#), @r#"Mdrp("/scenarios/day") None None"#);
    }

    #[test]
    fn whatever_is_wrong_is_named() {
        insta::assert_snapshot!(told("courier = [16]"), @"courier: unknown field `courier`, expected one of `base`, `couriers`, `seeds`, `promise_minutes`, `orders_per_day`, `noise`, `improve_iterations`, `improve_every_seconds`");
        insta::assert_snapshot!(told("couriers = [16, -1]"), @"couriers[1]: invalid value: integer `-1`, expected u16");
        insta::assert_snapshot!(told("base = \"paris\""), @r#"base: expected "demo", { mdrp = "DIR" } or { config = "DIR", orders = "FILE" }, found "paris""#);
        insta::assert_snapshot!(told("base = { mdrp = \"day\", orders = \"x\" }"), @"base: orders: unknown field `orders`, expected `mdrp`");
        insta::assert_snapshot!(told("seeds = 0"), @"seeds: 0 days, allowed are 1 to 100000");
        insta::assert_snapshot!(told("seeds = [1, \"two\"]"), @r#"seeds: expected how many, or a list of whole numbers: [1]: invalid type: string "two", expected u64"#);
    }
}
