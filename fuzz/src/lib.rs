//! What several targets need.

use std::fs;

use punctual::formats::benchmark::Benchmark;
use punctual::formats::benchmark::read;
use punctual::formats::solution;
use punctual::formats::solution_json::Solution;
use punctual::formats::solution_json::SolutionRoute;
use punctual::solver::check::Required;
use punctual::solver::check::check;
use punctual::solver::check::cost;
use tempfile::TempDir;

/// Parts the files of a folder.
const SEPARATOR: char = '\u{1e}';

/// Two depots, unlike vehicles that may reload and may not last long, groups and restrictions.
const INSTANCE: &str = "TYPE: MDVRPTW\nEDGE_WEIGHT_TYPE: EUC_2D\nDIMENSION: 7\nVEHICLES: 3\n\
    VEHICLES_MAX_DURATION: 300\nVEHICLES_MAX_RELOADS: 2\n\
    NODE_COORD_SECTION\n1 0 0\n2 100 0\n3 3 4\n4 100 10\n5 103 4\n6 50 50\n7 20 80\n\
    DEMAND_SECTION\n1 0\n2 0\n3 5\n4 5\n5 5\n6 9\n7 2\n\
    SERVICE_TIME_SECTION\n1 0\n2 0\n3 2\n4 3\n5 4\n6 1\n7 1\n\
    TIME_WINDOW_SECTION\n1 0 400\n2 0 350\n3 0 100\n4 0 200\n5 50 60\n6 0 300\n7 0 300\n\
    RELEASE_TIME_SECTION\n1 0\n2 0\n3 0\n4 10\n5 0\n6 20\n7 0\n\
    PRIZE_SECTION\n1 0\n2 0\n3 0\n4 0\n5 0\n6 7\n7 0\n\
    MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 4 5\n\
    CAPACITY_SECTION\n1 10\n2 20\n3 20\n\
    VEHICLES_FIXED_COST_SECTION\n1 1\n2 2\n3 2\n\
    VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 3\n2 2\n3 2\n\
    VEHICLES_ALLOWED_CLIENTS_SECTION\n1 3 4 7\n2 3 4 5 6 7\n3 3 4 5 6 7\n\
    VEHICLES_DEPOT_SECTION\n1 1\n2 2\n3 2\n\
    VEHICLES_RELOAD_DEPOT_SECTION\n1 1 2\n2 2\n3 2\nDEPOT_SECTION\n1\n2\n-1\nEOF\n";

/// An instance that asks for most of what there is.
pub fn rich_instance() -> Benchmark {
    read("rich.vrp", INSTANCE, None).expect("the instance is right")
}

/// Reads a solution; what is understood is checked, costed, and read back from what is written.
pub fn examine_solution(benchmark: &Benchmark, text: &str) {
    let Ok(claim) = solution::read("fuzz", text, benchmark) else { return };
    let Benchmark { problem, matrices, .. } = benchmark;
    let violations = check(problem, matrices, &claim.plans, Required::All);
    violations.iter().for_each(|violation| assert!(!violation.to_string().is_empty()));
    let cost = cost(problem, matrices, &claim.plans);
    if let Some(stated) = claim.cost {
        stated.agrees(benchmark, cost);
        assert!(!stated.to_string().is_empty());
    }
    if !violations.is_empty() || !claim.findings.is_empty() {
        return;
    }
    let written = Solution {
        cost: Some(cost),
        feasible: Some(true),
        bound: None,
        iterations: 0,
        seconds: 0.0,
        routes: claim.plans.iter().map(|plan| SolutionRoute::new(benchmark, plan)).collect(),
    };
    let routes: Vec<SolutionRoute> = {
        let text = serde_text(&written);
        let again = solution::read("again", &text, benchmark).expect("what is written is read");
        assert!(again.findings.is_empty(), "{:?}", again.findings);
        assert!(again.cost.is_some_and(|stated| stated.agrees(benchmark, cost)));
        again.plans.iter().map(|plan| SolutionRoute::new(benchmark, plan)).collect()
    };
    assert_eq!(routes, written.routes);
}

fn serde_text(solution: &Solution) -> String {
    serde_json::to_string(solution).expect("a solution is JSON")
}

/// What an instance that was accepted promises: all places exist, and legs for all of them.
pub fn examine_instance(benchmark: &Benchmark) {
    let Benchmark { problem, matrices, .. } = benchmark;
    assert_eq!(matrices.size(), problem.locations as usize);
    assert_eq!(problem.depots.len() + problem.clients.len(), problem.locations as usize);
    for group in &problem.groups {
        assert!(group.len() > 1 && group.iter().all(|&id| (id as usize) < problem.clients.len()));
    }
    for vehicle in &problem.vehicles {
        assert!((vehicle.start_location as usize) < problem.depots.len());
    }
    let ids: Vec<String> =
        (problem.depots.len()..problem.locations as usize).map(|id| id.to_string()).collect();
    examine_solution(benchmark, &format!("Route #1: {}\nCost 1\n", ids.join(" ")));
    examine_solution(benchmark, &format!("Route #1: {}\n", ids.join(" 0 ")));
}

/// A folder with these files, of which `text` has one after the other.
pub fn folder(names: &[&str], text: &str) -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    let folder = folder.expect("there is room for a folder");
    for (name, part) in names.iter().zip(text.split(SEPARATOR)) {
        fs::write(folder.path().join(name), part).expect("there is room for a file");
    }
    folder
}
