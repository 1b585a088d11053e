//! The house rules that a text search can check.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom, lowest layer first. `cli` and `main` may use anyone.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("solver", &["model"]),
    ("linear", &["model", "solver"]),
    ("offers", &["model", "solver", "linear"]),
    ("planner", &["model", "solver", "linear", "offers"]),
    ("simulation", &["model", "solver", "linear", "offers", "planner"]),
    ("travel", &["model"]),
    ("journal", &["model", "planner"]),
    ("formats", &["model", "solver"]),
    ("settings", &["model", "travel"]),
    ("runtime", &["model", "solver", "offers", "planner", "simulation", "travel", "journal"]),
    ("http", &["model", "solver", "offers", "planner", "simulation", "travel", "runtime"]),
    (
        "cli",
        &[
            "model",
            "solver",
            "linear",
            "offers",
            "planner",
            "simulation",
            "travel",
            "journal",
            "formats",
            "settings",
            "runtime",
            "http",
        ],
    ),
];

/// Modules that compute and nothing else, so that a simulation can run them at any speed.
const CORE: [&str; 6] = ["model", "solver", "linear", "offers", "planner", "simulation"];

/// What would make them depend on something else than their arguments.
const BANNED_IN_CORE: [&str; 10] = [
    "tokio",
    "axum",
    "std::fs",
    "std::net",
    "std::env",
    "::now()",
    "thread::",
    "rayon",
    "thread_rng",
    "HashMap",
];

/// The two places in the core that spread work over threads; what comes out does not depend on how.
const MAY_USE_RAYON: [&str; 2] = ["solver/portfolio.rs", "simulation/batch.rs"];

/// The longest file, in lines.
const LINES_MAX: usize = 500;

/// A file below `src`: its path there, its module and its text.
struct Source {
    path: String,
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let source = |file: PathBuf| {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let module = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        Source { module, text: fs::read_to_string(&file).unwrap(), path }
    };
    files.into_iter().map(source).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}

/// The lines that are code, with their numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_code = |(_, line): &(usize, &str)| !line.trim_start().starts_with("//");
    (1..).zip(text.lines()).filter(is_code)
}

fn assert_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn modules_use_only_what_lies_below() {
    let mut found = Vec::new();
    for Source { path, module, text } in sources() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else { continue };
        for (other, _) in MAY_USE.iter().filter(|(name, _)| *name != module) {
            let uses = |line: &str| {
                line.match_indices(&format!("crate::{other}")).any(|(at, hit)| {
                    let next = line[at + hit.len()..].chars().next();
                    next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
                })
            };
            if allowed.contains(other) {
                continue;
            }
            let lines = code(&text).filter(|(_, line)| uses(line));
            found
                .extend(lines.map(|(line, _)| format!("src/{path}:{line}: {module} uses {other}")));
        }
    }
    assert_none(&found, "a module uses only what lies below it");
}

#[test]
fn layers_are_listed_lowest_first() {
    for (index, (module, used)) in MAY_USE.iter().enumerate() {
        let below: Vec<&str> = MAY_USE[..index].iter().map(|(name, _)| *name).collect();
        let above: Vec<_> = used.iter().filter(|other| !below.contains(other)).collect();
        assert!(above.is_empty(), "{module} may use {above:?}, which are not below it");
    }
}

#[test]
fn every_module_has_its_layer() {
    let known = |module: &str| {
        MAY_USE.iter().any(|(name, _)| *name == module) || ["main", "lib"].contains(&module)
    };
    let lost: Vec<_> =
        sources().into_iter().filter(|file| !known(&file.module)).map(|file| file.path).collect();
    assert_none(&lost, "a file belongs to a layer");
}

#[test]
fn the_core_only_computes() {
    let mut found = Vec::new();
    for Source { path, module, text } in sources() {
        if !CORE.contains(&module.as_str()) || path.ends_with("_tests.rs") {
            continue;
        }
        // Tests of the core may compare threads, or read files.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (line, content) in code(text) {
            let banned = BANNED_IN_CORE.iter().filter(|word| content.contains(**word));
            let is_allowed =
                |word: &&&str| **word == "rayon" && MAY_USE_RAYON.contains(&path.as_str());
            let banned = banned.filter(|word| !is_allowed(word));
            found.extend(banned.map(|word| format!("src/{path}:{line}: {word}")));
        }
    }
    assert_none(&found, "the core reads no clock, file or network and starts no thread");
}

#[test]
fn files_stay_short() {
    let lines = |file: &Source| file.text.lines().count();
    let long: Vec<_> = sources()
        .iter()
        .filter(|file| LINES_MAX < lines(file))
        .map(|file| format!("src/{} has {} lines", file.path, lines(file)))
        .collect();
    assert_none(&long, "a file has at most 500 lines");
}

#[test]
fn paths_start_at_the_root() {
    let mut found = Vec::new();
    for Source { path, text, .. } in sources() {
        let is_relative = |line: &str| {
            line.contains("super::super")
                || line.contains("use crate::{")
                || line.contains("use self::")
        };
        let lines = code(&text).filter(|(_, line)| is_relative(line));
        found.extend(lines.map(|(line, content)| format!("src/{path}:{line}: {content}")));
    }
    assert_none(&found, "a path starts with `crate::`, so that this test can see it");
}
