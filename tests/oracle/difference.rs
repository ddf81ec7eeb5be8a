//! What to say of a cluster on which Hostfit and Kubernetes differ: how to see it again, and the least that still differs.

use serde_json::{Value, json};

use crate::generate::Cluster;
use crate::hostfit_says;
use crate::kubernetes::Kubernetes;

/// The report on a cluster in which they differ about some pod.
pub(crate) fn report(cluster: &Cluster) -> String {
    let mut kubernetes = Kubernetes::start();
    let mut differ = |case: &Value| {
        // What Hostfit cannot read is another matter.
        hostfit_says::of_case(case).is_ok_and(|ours| ours != kubernetes.candidates(case))
    };
    let case = shrink(with_one_pod(&cluster.case, &mut differ), &mut differ);
    format!(
        "Hostfit and Kubernetes differ.\nSee it again: make oracle PAIRS=1 SEED={}\nThe least that differs (`before`: the nodes as they once were):\n{}\
         Hostfit:    {:?}\nKubernetes: {:?}\n",
        cluster.seed,
        serde_saphyr::to_string(&case).unwrap(),
        hostfit_says::of_case(&case).unwrap(),
        kubernetes.candidates(&case),
    )
}

fn with_one_pod(case: &Value, differ: &mut impl FnMut(&Value) -> bool) -> Value {
    let pods = case["pods"].as_array().unwrap();
    let alone = |pod| json!({"before": case["before"], "nodes": case["nodes"], "pods": [pod]});
    let mut found = pods.iter().map(alone).filter(|case| differ(case));
    found.next().unwrap()
}

/// Takes parts away, big ones first, as long as the rest differs. A node keeps its name, without which nobody could say which one differs.
fn shrink(mut case: Value, differ: &mut impl FnMut(&Value) -> bool) -> Value {
    loop {
        let found = smaller(&case).find(|smaller| has_names(smaller) && differ(smaller));
        let Some(found) = found else { return case };
        case = found;
    }
}

fn has_names(case: &Value) -> bool {
    ["before", "nodes"].iter().all(|list| {
        let nodes = case[list].as_array().into_iter().flatten();
        nodes
            .into_iter()
            .all(|node| node["metadata"]["name"].is_string())
    })
}

/// The value without half of a list, one item or one field, here or further down.
fn smaller(value: &Value) -> Box<dyn Iterator<Item = Value> + '_> {
    match value {
        Value::Array(items) => {
            let half = items.len().div_ceil(2);
            let halves = [&items[half..], &items[..half]].map(|part| Value::from(part.to_vec()));
            let big = halves.into_iter().filter(|_| items.len() > 3);
            let without = (0..items.len()).map(|index| {
                let mut rest = items.clone();
                rest.remove(index);
                Value::from(rest)
            });
            let within = items.iter().enumerate().flat_map(move |(index, item)| {
                smaller(item).map(move |item| {
                    let mut changed = items.clone();
                    changed[index] = item;
                    Value::from(changed)
                })
            });
            Box::new(big.chain(without).chain(within))
        }
        Value::Object(fields) => {
            let without = fields.keys().map(|key| {
                let mut rest = fields.clone();
                rest.remove(key);
                Value::from(rest)
            });
            let within = fields.iter().flat_map(move |(key, field)| {
                smaller(field).map(move |field| {
                    let mut changed = fields.clone();
                    changed[key] = field;
                    Value::from(changed)
                })
            });
            Box::new(without.chain(within))
        }
        _ => Box::new(std::iter::empty()),
    }
}

#[test]
fn a_difference_is_reduced_to_what_makes_it() {
    let case = json!({
        "before": [{"metadata": {"name": "a"}, "spec": {}}],
        "nodes": [
            {"metadata": {"name": "a"}},
            {"metadata": {"name": "b", "labels": {"x": "1", "y": "2"}}, "spec": {"taints": []}},
        ],
        "pods": [1, 2, 3, 4, 5, 6, 7],
    });
    let mut tried = 0;
    let least = shrink(case, &mut |case| {
        tried += 1;
        let has = |list: &str, what: &dyn Fn(&Value) -> bool| {
            case[list]
                .as_array()
                .is_some_and(|list| list.iter().any(what))
        };
        has("nodes", &|node| node["metadata"]["labels"]["y"] == "2")
            && has("pods", &|pod| *pod == 6)
    });
    assert_eq!(
        least,
        json!({"nodes": [{"metadata": {"name": "b", "labels": {"y": "2"}}}], "pods": [6]})
    );
    assert!(tried < 100, "{tried}");
}
