//! docs/ci.md: every command of it does what the page says, in a repository that has what the commands name.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{ours, path_of, repository};

#[test]
fn every_command_judges_and_ends_by_what_it_found() {
    let folder = prepared();
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in &commands {
        let output = Command::new("bash")
            .args(["-o", "pipefail", "-c", command])
            .current_dir(folder.path())
            .env("PATH", path_of(folder.path()))
            .env("HOME", folder.path())
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        // The agent is among the manifests of all of them; on the nodes of the example it is warned of.
        let expected = i32::from(!command.contains("--fail-on never"));
        assert_eq!(output.status.code(), Some(expected), "{command}: {errors}");
        // What is left is a warning of an OS of the example's nodes that retires.
        assert!(!errors.contains("error"), "{command}: {errors}");
    }
    let written = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(written("hostfit.sarif").contains("\"ruleId\": \"host-path\""));
    assert!(written("hostfit.md").starts_with("**hostfit check**: 2 workloads: 1 deny"));
    assert!(written("hostfit.xml").contains("<testcase "));
}

#[test]
fn what_it_links_to_is_there() {
    let page = std::fs::read_to_string(ours("docs/ci.md")).unwrap();
    let links: Vec<&str> = page
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    let ours_of = links.iter().filter(|link| !link.starts_with("http"));
    assert!(ours_of.clone().count() >= 4, "{links:?}");
    for link in ours_of {
        assert!(ours("docs").join(link).exists(), "{link}");
    }
}

/// The lines of shell blocks and GitLab scripts that call hostfit, but for those that ask a cluster.
fn commands() -> Vec<String> {
    let page = std::fs::read_to_string(ours("docs/ci.md")).unwrap();
    let mut commands = Vec::new();
    let mut block = None;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            block = (block.is_none() && !language.is_empty()).then_some(language);
            continue;
        }
        let line = match block {
            Some("sh") => Some(line),
            Some("yaml") => line.strip_prefix("    - "),
            _ => None,
        };
        let calls = line.filter(|line| line.contains("hostfit check"));
        commands.extend(
            calls
                .filter(|line| !line.contains("kubectl get"))
                .map(str::to_owned),
        );
    }
    commands
}

/// `k8s/`, a chart, an overlay, nodes and a configuration, and hostfit under both of its names.
fn prepared() -> TempDir {
    let repository = repository();
    let here = repository.path();
    symlink(
        env!("CARGO_BIN_EXE_hostfit"),
        here.join("bin/kubectl-hostfit"),
    )
    .unwrap();
    std::fs::copy(ours("examples/nodes.yaml"), here.join("nodes.yaml")).unwrap();
    write(
        here,
        "hostfit.yaml",
        "apiVersion: hostfit.dev/v1\nkind: Config\nmode: enforce\n",
    );
    write(
        here,
        "my-chart/Chart.yaml",
        "apiVersion: v2\nname: my-chart\nversion: 0.1.0\n",
    );
    let agent = std::fs::read_to_string(here.join("k8s/agent.yaml")).unwrap();
    write(
        here,
        "my-chart/templates/agent.yaml",
        &agent.replace("name: agent\n", "name: {{ .Release.Name }}\n"),
    );
    write(here, "overlays/prod/agent.yaml", &agent);
    write(
        here,
        "overlays/prod/kustomization.yaml",
        "resources: [agent.yaml]\n",
    );
    repository
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
