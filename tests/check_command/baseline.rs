//! What was found before fails nothing; what is new does, and what has become worse.

use crate::run::{FORMATS, Folder};

const CONFIG: &str = "apiVersion: hostfit.dev/v1\nkind: Config\nstrictness: compatible\n";

/// A pod with host paths, each writable or not.
fn pod(paths: &[(&str, bool)]) -> String {
    let each = |form: &dyn Fn(usize, &str, bool) -> String| {
        let paths = paths.iter().enumerate();
        let forms = paths.map(|(index, (path, read_only))| form(index, path, *read_only));
        forms.collect::<Vec<_>>().join(", ")
    };
    let mounts = each(&|n, _, only| format!("{{name: v{n}, mountPath: /m{n}, readOnly: {only}}}"));
    let volumes = each(&|n, path, _| format!("{{name: v{n}, hostPath: {{path: {path}}}}}"));
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{{name: c, volumeMounts: [{mounts}]}}], volumes: [{volumes}]}}}}"
    )
}

/// The exit code, and the summary, of the second pod against the first one's baseline.
fn compared(before: &[(&str, bool)], after: &[(&str, bool)], systems: &[&str]) -> (i32, String) {
    let folder = Folder::with(&[
        ("before.yaml", &pod(before)),
        ("after.yaml", &pod(after)),
        ("config.yaml", CONFIG),
    ]);
    let options = ["--config=config.yaml", "--fail-on=warn"];
    let first = folder.check(
        &[
            &[
                "before.yaml",
                "--write-baseline=known.json",
                "--os=azure-container-linux",
            ],
            &options[..],
        ]
        .concat(),
    );
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    let systems: Vec<String> = systems.iter().map(|os| format!("--os={os}")).collect();
    let mut arguments = vec!["after.yaml", "--baseline=known.json"];
    arguments.extend(options);
    arguments.extend(systems.iter().map(String::as_str));
    let second = folder.check(&arguments);
    let summary = second.stdout.lines().last().unwrap().to_owned();
    (second.code, summary)
}

#[test]
fn what_was_found_before_does_not_count() {
    let one = [("/usr/bin", false)];
    let (code, summary) = compared(&one, &one, &["azure-container-linux"]);
    assert_eq!(
        (code, summary.as_str()),
        (
            0,
            "1 workload: 1 warn; 0 findings not in the baseline, 1 in it"
        )
    );
}

#[test]
fn a_volume_that_moves_is_the_same_and_a_new_one_counts() {
    let after = [("/usr/lib", false), ("/usr/bin", false)];
    let (code, summary) = compared(&[("/usr/bin", false)], &after, &["azure-container-linux"]);
    assert_eq!(
        (code, summary.as_str()),
        (
            1,
            "1 workload: 1 warn; 1 finding not in the baseline, 1 in it"
        )
    );
}

#[test]
fn what_has_become_worse_counts() {
    let (code, summary) = compared(
        &[("/usr/bin", true)],
        &[("/usr/bin", false)],
        &["azure-container-linux"],
    );
    assert_eq!(
        (code, summary.as_str()),
        (
            1,
            "1 workload: 1 warn; 1 finding not in the baseline, 0 in it"
        )
    );
    let (code, _) = compared(
        &[("/usr/bin", false)],
        &[("/usr/bin", true)],
        &["azure-container-linux"],
    );
    assert_eq!(code, 0);
}

#[test]
fn what_is_found_on_another_system_counts() {
    let one = [("/usr/bin", false)];
    let (code, _) = compared(
        &one,
        &one,
        &["azure-container-linux", "ubuntu", "azure-linux-os-guard"],
    );
    assert_eq!(code, 1);
}

#[test]
fn known_findings_stand_in_the_report_and_in_no_annotation() {
    let folder = Folder::with(&[]);
    folder.check(&["agent.yaml", "--write-baseline=known.json"]);
    let known = folder.read("known.json");
    insta::assert_snapshot!("baseline_file", known);
    for format in FORMATS {
        let outcome = folder.check(&["agent.yaml", "--baseline=known.json", "-o", format]);
        insta::assert_snapshot!(format!("known_{format}"), outcome.whole());
    }
}

#[test]
fn a_baseline_that_is_none_is_told_with_its_place() {
    let folder = Folder::with(&[
        ("broken.json", "{\n\"schema\": 7}"),
        (
            "other.json",
            r#"{"schema": "hostfit.dev/report/v1", "findings": []}"#,
        ),
    ]);
    let mut said = String::new();
    for file in ["missing.json", "broken.json", "other.json"] {
        said += &folder.check(&["agent.yaml", "--baseline", file]).whole();
    }
    said += &folder
        .check(&[
            "agent.yaml",
            "-q",
            "-ojson=r",
            "--write-baseline=no/such/folder.json",
        ])
        .whole();
    insta::assert_snapshot!("wrong_baselines", said);
}
