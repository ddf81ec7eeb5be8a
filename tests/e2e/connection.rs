//! kubectl's own options on `hostfit scan`: the API server takes whoever asks for the same as with kubectl.

use super::cluster::{Namespace, Outcome, kubectl, run};

/// A cluster-admin's kubeconfig in its parts, and an account that may do nothing.
struct Parts {
    namespace: Namespace,
    folder: tempfile::TempDir,
    server: String,
    token: String,
}

impl Parts {
    fn new() -> Self {
        let namespace = Namespace::new();
        let token = namespace
            .kubectl(&["create", "token", "default"])
            .ok()
            .stdout;
        let config = kubectl(&["config", "view", "--flatten", "--minify", "-o=json"]).json();
        let folder = tempfile::tempdir().unwrap();
        let cluster = &config["clusters"][0]["cluster"];
        let user = &config["users"][0]["user"];
        for (name, data) in [
            ("ca", &cluster["certificate-authority-data"]),
            ("cert", &user["client-certificate-data"]),
            ("key", &user["client-key-data"]),
        ] {
            let pem = run("base64", &["-d"], data.as_str().unwrap()).ok().stdout;
            std::fs::write(folder.path().join(name), pem).unwrap();
        }
        std::fs::write(folder.path().join("nothing"), "").unwrap();
        Self {
            namespace,
            folder,
            server: cluster["server"].as_str().unwrap().to_owned(),
            token: token.trim().to_owned(),
        }
    }

    /// What kubectl and hostfit say with these options.
    fn ask(&self, options: &str) -> (Outcome, Outcome) {
        let folder = self.folder.path().to_str().unwrap();
        let options = options
            .replace(
                "ACCOUNT",
                &format!("system:serviceaccount:{}:default", self.namespace.0),
            )
            .replace("SERVER", &self.server)
            .replace("TOKEN", &self.token)
            .replace("DIR", folder);
        let options: Vec<&str> = options.split(' ').collect();
        (
            kubectl(&[&["get", "nodes", "-o=name"], &options[..]].concat()),
            run(
                env!("CARGO_BIN_EXE_hostfit"),
                &[&["scan", "-n", &self.namespace.0], &options[..]].concat(),
                "",
            ),
        )
    }
}

#[test]
fn connection_options_make_the_asker_that_kubectl_is() {
    let parts = Parts::new();
    let url = format!("{}/", parts.server.trim_end_matches('/'));
    let refused = [
        "--as=ACCOUNT",
        "--as=e2e-nobody --as-group=e2e-group --as-uid=7 --as-user-extra=example.com/k=v",
        "--kubeconfig=DIR/nothing --server=SERVER --certificate-authority=DIR/ca --token=TOKEN",
        "--kubeconfig=DIR/nothing -s=SERVER --insecure-skip-tls-verify=true --token=TOKEN",
        "--kubeconfig=DIR/nothing --server=SERVER --certificate-authority=DIR/ca --client-certificate=DIR/cert --client-key=DIR/key --as=ACCOUNT",
    ];
    for options in refused {
        let (kubectl, scan) = parts.ask(options);
        let message = kubectl.stderr.trim_end();
        let message = message.strip_prefix("Error from server (Forbidden): ");
        let message = message.unwrap_or_else(|| panic!("{options}: {kubectl:#?}"));
        assert_eq!(
            (scan.code, scan.stdout.as_str(), scan.stderr),
            (
                3,
                "",
                format!("error: {url}: refuses: {message} (403); let this account list nodes\n")
            ),
            "{options}"
        );
    }
    let allowed = [
        "--request-timeout=1m",
        "--as=e2e-nobody --as-group=system:masters",
        "--kubeconfig=DIR/nothing --server=SERVER --certificate-authority=DIR/ca --client-certificate=DIR/cert --client-key=DIR/key",
        "--certificate-authority=DIR/ca --tls-server-name=kubernetes.default.svc",
    ];
    for options in allowed {
        let (kubectl, scan) = parts.ask(options);
        kubectl.ok();
        assert_eq!((scan.code, scan.stderr.as_str()), (0, ""), "{options}");
    }
}

#[test]
fn connection_options_that_are_wrong_say_what_is() {
    let parts = Parts::new();
    let url = format!("{}/", parts.server.trim_end_matches('/'));
    let account = format!(
        "User \"system:serviceaccount:{}:default\"",
        parts.namespace.0
    );
    let list = "resource \"nodes\" in API group \"\" at the cluster scope (403)";
    // What kubectl ends with: beside a token it sends the kubeconfig's certificate, and is the one of the certificate.
    let cases = [
        (
            "--token=bad",
            0,
            "refuses: Unauthorized (401); check the credentials: those of the kubeconfig, or --token or --client-certificate".to_owned(),
        ),
        (
            "--token=TOKEN",
            0,
            format!("refuses: nodes is forbidden: {account} cannot list {list}; let this account list nodes"),
        ),
        (
            "--token=TOKEN --as=e2e-nobody",
            1,
            format!(
                "refuses: nodes is forbidden: {account} cannot impersonate-on:user-info:list {list}; \
                 let this account impersonate whom --as, --as-group and --as-uid name"
            ),
        ),
        (
            "--tls-server-name=elsewhere",
            1,
            "its nodes cannot be read: client error (Connect): invalid peer certificate: certificate not valid for name \"elsewhere\"; NAMES; \
             check --certificate-authority and --tls-server-name, or what the kubeconfig says of them".to_owned(),
        ),
        (
            "--kubeconfig=DIR/nothing --server=SERVER --token=TOKEN",
            1,
            "its nodes cannot be read: client error (Connect): invalid peer certificate: UnknownIssuer; \
             check --certificate-authority and --tls-server-name, or what the kubeconfig says of them".to_owned(),
        ),
    ];
    for (options, of_kubectl, words) in cases {
        let (kubectl, scan) = parts.ask(options);
        assert_eq!(kubectl.code, of_kubectl, "{kubectl:#?}");
        // The certificate's own names are the test cluster's affair.
        let said: Vec<&str> = scan
            .stderr
            .split("; ")
            .map(|part| {
                if part.starts_with("certificate is only valid for ") {
                    "NAMES"
                } else {
                    part
                }
            })
            .collect();
        assert_eq!(
            (scan.code, scan.stdout.as_str(), said.join("; ")),
            (3, "", format!("error: {url}: {words}\n")),
            "{options}"
        );
    }
}
