//! Runs `helm` on the chart and reads what it says: the objects of a rendering, or the sentence of a refusal.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The release and its namespace in every test: what the README tells people to type.
pub(crate) const RELEASE: &str = "hostfit";
pub(crate) const NAMESPACE: &str = "hostfit-system";

/// The objects that the chart renders with these `--set` settings (JSON on the right-hand side).
pub(crate) fn render(settings: &[&str]) -> Vec<Value> {
    let output = template(NAMESPACE, settings);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "helm template {settings:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    objects(&text)
}

/// What helm says when it refuses these settings. It must refuse.
pub(crate) fn refusal(settings: &[&str]) -> String {
    refusal_in(NAMESPACE, settings)
}

/// The same, for a release in another namespace.
pub(crate) fn refusal_in(namespace: &str, settings: &[&str]) -> String {
    let output = template(namespace, settings);
    assert!(
        !output.status.success(),
        "helm accepts {settings:?} in {namespace}"
    );
    String::from_utf8(output.stderr).unwrap()
}

/// The one object of this kind.
pub(crate) fn the<'a>(kind: &str, objects: &'a [Value]) -> &'a Value {
    let found = all(kind, objects);
    assert_eq!(found.len(), 1, "one {kind} is expected");
    found[0]
}

/// Every object of this kind.
pub(crate) fn all<'a>(kind: &str, objects: &'a [Value]) -> Vec<&'a Value> {
    objects
        .iter()
        .filter(|object| object["kind"] == kind)
        .collect()
}

/// The documents of a YAML stream, read as Kubernetes reads them: 0440 is a file mode.
pub(crate) fn objects(text: &str) -> Vec<Value> {
    let options = serde_saphyr::options! { legacy_octal_numbers: true };
    serde_saphyr::from_multiple_with_options(text, options).expect("helm prints YAML")
}

fn template(namespace: &str, settings: &[&str]) -> Output {
    let mut helm = command("helm");
    helm.args(["template", RELEASE, "--namespace", namespace])
        .arg(chart());
    for setting in settings {
        helm.args(["--set-json", setting]);
    }
    helm.output().unwrap()
}

/// The chart's folder.
pub(crate) fn chart() -> PathBuf {
    repository().join("charts/hostfit")
}

/// The project's folder.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A tool, from `HOSTFIT_TOOLS`, else from `PATH`, else from where `make setup` puts it.
pub(crate) fn command(tool: &str) -> Command {
    Command::new(
        locate(tool).unwrap_or_else(|| panic!("{tool} is not installed: run `make setup`")),
    )
}

fn locate(tool: &str) -> Option<PathBuf> {
    let named = std::env::var_os("HOSTFIT_TOOLS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    named
        .into_iter()
        .chain(std::env::split_paths(&path))
        .chain(newest_cache())
        .map(|folder| folder.join(tool))
        .find(|file| file.is_file())
}

/// Each set of tool versions has a folder of its own in the cache; the newest is the one in use.
fn newest_cache() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    std::fs::read_dir(cache.join("hostfit/tools"))
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .max()
        .map(|(_, folder)| folder)
}
