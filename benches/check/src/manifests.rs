//! Manifests as repositories hold them, from a seed: a third `ConfigMap`s, a third workloads, a tenth `CustomResourceDefinition`s, which are most
//! of the bytes, and small objects of other kinds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use fastrand::Rng;

const FILES: usize = 10_000;

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) files: usize,
    pub(crate) workloads: usize,
    bytes: usize,
    /// By kind, how many and how many bytes.
    kinds: BTreeMap<&'static str, (usize, usize)>,
}

impl Written {
    #[allow(clippy::cast_precision_loss, reason = "a hundred million at most")]
    pub(crate) fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }

    pub(crate) fn kinds(&self) -> String {
        let kinds = self.kinds.iter();
        let kinds: Vec<String> = kinds
            .map(|(kind, (files, bytes))| {
                format!("{files} {kind} ({}%)", bytes * 100 / self.bytes.max(1))
            })
            .collect();
        kinds.join(", ")
    }
}

/// Writes them, a hundred to a folder.
pub(crate) fn write(folder: &Path) -> anyhow::Result<Written> {
    let mut rng = Rng::with_seed(1);
    let mut written = Written::default();
    for number in 0..FILES {
        let (kind, text) = match rng.u32(0..100) {
            0..24 => ("Deployment", workload(&mut rng, "Deployment", number)),
            24..29 => ("DaemonSet", workload(&mut rng, "DaemonSet", number)),
            29..34 => ("StatefulSet", workload(&mut rng, "StatefulSet", number)),
            34..64 => ("ConfigMap", config_map(&mut rng, number)),
            64..75 => ("CustomResourceDefinition", definition(&mut rng, number)),
            _ => ("Service", service(number)),
        };
        let below = folder.join(format!("{:03}", number / 100));
        std::fs::create_dir_all(&below)?;
        std::fs::write(below.join(format!("{number}.yaml")), &text)?;
        written.files += 1;
        written.bytes += text.len();
        written.workloads +=
            usize::from(matches!(kind, "Deployment" | "DaemonSet" | "StatefulSet"));
        let of_kind = written.kinds.entry(kind).or_default();
        *of_kind = (of_kind.0 + 1, of_kind.1 + text.len());
    }
    Ok(written)
}

fn head(api_version: &str, kind: &str, number: usize) -> String {
    format!(
        "# Source: app/templates/{kind}.yaml\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: app-{number}\n  namespace: team-{}\n  labels:\n    app.kubernetes.io/name: app-{number}\n    app.kubernetes.io/managed-by: Helm\n    helm.sh/chart: \"app-1.2.{number}\"\n",
        number % 50
    )
}

/// One in ten uses the host.
fn workload(rng: &mut Rng, kind: &str, number: usize) -> String {
    let mut text = head("apps/v1", kind, number);
    let _ = write!(
        text,
        "spec:\n  selector:\n    matchLabels: &labels\n      app: app-{number}\n  template:\n    metadata:\n      labels: *labels\n      annotations:\n        checksum/config: {:032x}\n    spec:\n      serviceAccountName: app-{number}\n",
        rng.u128(..)
    );
    let uses_host = rng.u32(0..10) == 0;
    if uses_host {
        text.push_str("      hostNetwork: true\n");
    }
    text.push_str("      containers:\n");
    for container in 0..rng.u32(1..4) {
        let _ = write!(
            text,
            "      - name: c{container}\n        image: \"registry.example.com/team/app:{}.{}\" # pinned\n        args: [\"--log-level=info\", '--port=8080']\n        ports:\n        - containerPort: 8080\n          name: http\n        env:\n",
            rng.u32(0..9),
            rng.u32(0..99)
        );
        for variable in 0..rng.u32(4..40) {
            let _ = write!(
                text,
                "        - name: VARIABLE_{variable}\n          value: \"a value of {}\"\n",
                rng.u32(..)
            );
        }
        text.push_str("        resources:\n          requests: {cpu: 100m, memory: 128Mi}\n          limits:\n            memory: 256Mi\n        readinessProbe:\n          httpGet:\n            path: /ready\n            port: http\n          periodSeconds: 10\n        securityContext:\n          allowPrivilegeEscalation: false\n          capabilities:\n            drop: [ALL]\n        volumeMounts:\n        - name: config\n          mountPath: /etc/app\n          readOnly: true\n");
    }
    let _ = write!(
        text,
        "      volumes:\n      - name: config\n        configMap:\n          name: app-{number}\n"
    );
    if uses_host {
        text.push_str("      - name: host\n        hostPath:\n          path: /etc/ssl\n");
    }
    text
}

fn config_map(rng: &mut Rng, number: usize) -> String {
    let mut text = head("v1", "ConfigMap", number);
    text.push_str("data:\n");
    for file in 0..rng.u32(1..4) {
        let _ = writeln!(text, "  file-{file}.conf: |");
        for line in 0..rng.u32(20..200) {
            let _ = writeln!(
                text,
                "    location /path-{line} {{ proxy_pass http://upstream-{}; }}",
                rng.u32(..)
            );
        }
    }
    text
}

fn definition(rng: &mut Rng, number: usize) -> String {
    let mut text = head(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        number,
    );
    text.push_str("spec:\n  group: example.com\n  scope: Namespaced\n  names:\n    kind: Thing\n    plural: things\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n");
    for outer in 0..rng.u32(10..40) {
        let _ = write!(
            text,
            "          group{outer}:\n            description: |-\n              What this is for, and what happens without it.\n              More info: https://example.com/docs/things#group{outer}\n            type: object\n            properties:\n"
        );
        for inner in 0..rng.u32(5..20) {
            let _ = write!(
                text,
                "              field{inner}:\n                description: The field of the number {inner}, which says how many of them there are, and where\n                  they are to be found.\n                type: string\n                maxLength: 253\n                nullable: true\n"
            );
        }
    }
    text
}

fn service(number: usize) -> String {
    let mut text = head("v1", "Service", number);
    let _ = write!(
        text,
        "spec:\n  type: ClusterIP\n  selector:\n    app: app-{number}\n  ports:\n  - name: http\n    port: 80\n    targetPort: http\n    protocol: TCP\n"
    );
    text
}
