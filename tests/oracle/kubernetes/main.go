// What Kubernetes itself says: which nodes of a cluster each pod could land on, by the libraries that the scheduler filters with. The other
// side of the comparison in ../main.rs, and on purpose nothing but calls into them.
//
//	one line in:   {"nodes": [Node...], "pods": [PodSpec...]}
//	one line out:  [[name of a candidate...]...], the names of each pod in order
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"slices"

	v1 "k8s.io/api/core/v1"
	corev1helpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"
)

type cluster struct {
	Nodes []v1.Node    `json:"nodes"`
	Pods  []v1.PodSpec `json:"pods"`
}

func main() {
	questions := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	answers := json.NewEncoder(out)
	for {
		var question cluster
		err := questions.Decode(&question)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			log.Fatal("a cluster that is no JSON of Kubernetes' types: ", err)
		}
		if err := errors.Join(answers.Encode(question.answer()), out.Flush()); err != nil {
			log.Fatal("the answer was not taken: ", err)
		}
	}
}

func (c *cluster) answer() [][]string {
	answer := make([][]string, len(c.Pods))
	for i, spec := range c.Pods {
		answer[i] = candidates(&v1.Pod{Spec: spec}, c.Nodes)
	}
	return answer
}

func candidates(pod *v1.Pod, nodes []v1.Node) []string {
	affinity := nodeaffinity.GetRequiredNodeAffinity(pod)
	names := []string{}
	for i := range nodes {
		if landsOn(pod, affinity, &nodes[i]) {
			names = append(names, nodes[i].Name)
		}
	}
	slices.Sort(names)
	return names
}

func landsOn(pod *v1.Pod, affinity nodeaffinity.RequiredNodeAffinity, node *v1.Node) bool {
	if pod.Spec.NodeName != "" { // bound already: the scheduler never sees it
		return pod.Spec.NodeName == node.Name
	}
	// As the plugin NodeAffinity does: an error is no match.
	if match, err := affinity.Match(node); err != nil || !match {
		return false
	}
	_, untolerated := corev1helpers.FindMatchingUntoleratedTaint(silent, node.Spec.Taints, pod.Spec.Tolerations, filters, true)
	return !untolerated
}

// DoNotScheduleTaintsFilterFunc of the plugin TaintToleration, which is no library.
func filters(taint *v1.Taint) bool {
	return taint.Effect == v1.TaintEffectNoSchedule || taint.Effect == v1.TaintEffectNoExecute
}

// The libraries log each number that they cannot read.
var silent klog.Logger
