//! Whatever a body holds, it is judged or refused with its uid; what no rule reads makes no difference.

use hostfit::review::Review;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::world::{create_pod, decide, mounting, verdict};

#[test]
fn nulls_and_unknown_fields_are_harmless() {
    let spec = json!({"nodeName": "a-0", "nodeSelector": null, "affinity": null, "tolerations": null, "volumes": null, "containers": null,
                      "initContainers": null, "ephemeralContainers": null, "hostPID": null, "hostNetwork": null, "hostIPC": true, "os": null,
                      "serviceAccountName": null, "futureField": {"deep": [1, 2]}});
    let mut review = create_pod(&spec);
    review["request"]["object"]["metadata"] =
        json!({"name": null, "labels": null, "annotations": null, "ownerReferences": null});
    review["request"]["future"] = 1.into();
    review["request"]["userInfo"] = Value::Null;
    assert_eq!(verdict(&decide("{}", &[], &review)), "deny");
}

#[test]
fn a_field_that_no_rule_reads_may_hold_anything() {
    let mut spec = mounting("a", "/usr/bin");
    spec["containers"][0]["ports"] = "nonsense".into();
    spec["containers"][0]["env"] = 7.into();
    spec["restartPolicy"] = json!([]);
    assert_eq!(verdict(&decide("{}", &[], &create_pod(&spec))), "deny");
}

#[rstest]
#[case::nothing(
    "",
    None,
    "the body is no AdmissionReview: EOF while parsing a value at line 1 column 0"
)]
#[case::another_kind(
    r#"{"apiVersion":"v1","kind":"Pod","request":{"uid":"u-1"}}"#,
    Some("u-1"),
    "the body is \"v1 Pod\"; send admission.k8s.io/v1 AdmissionReview"
)]
#[case::the_old_version(
    r#"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u-1"}}"#,
    Some("u-1"),
    "the body is \"admission.k8s.io/v1beta1 AdmissionReview\"; send admission.k8s.io/v1 AdmissionReview"
)]
#[case::no_request(
    r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#,
    None,
    "the AdmissionReview has no request"
)]
#[case::cut_short(r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","object":{"#, Some("u-1"), "the body is no AdmissionReview: EOF while parsing an object at line 1 column 94")]
fn a_body_that_is_no_review_says_why(
    #[case] body: &str,
    #[case] uid: Option<&str>,
    #[case] message: &str,
) {
    let error = Review::parse(body.as_bytes()).unwrap_err();
    assert_eq!(
        (error.uid.as_deref(), error.to_string().as_str()),
        (uid, message)
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(
                prop::sample::select(vec![
                    "name",
                    "hostPath",
                    "path",
                    "volumes",
                    "containers",
                    "volumeMounts",
                    "nodeSelector",
                    "x"
                ]),
                inner,
                0..5
            )
            .prop_map(|map| map
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn no_object_makes_it_panic_and_every_error_has_the_uid(object in any_json()) {
        let bytes = serde_json::to_vec(&create_pod(&object)).unwrap();
        let review = Review::parse(&bytes).unwrap();
        if let Err(error) = review.workload(hostfit::workload::Kind::Pod) {
            prop_assert_eq!(error.uid.as_deref(), Some("u-1"));
        }
    }
}
