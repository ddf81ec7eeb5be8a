#!/bin/sh
# Prints deploy/hostfit.yaml: the chart's default rendering, for people without Helm, with the namespace that Helm would have made.
# A test compares the two; `deploy/render.sh > deploy/hostfit.yaml` brings the file up to date.
set -eu
cd "$(dirname "$0")/.."

cat <<'HEADER'
# Hostfit without Helm. Made by deploy/render.sh from charts/hostfit: change the chart, not this file.
#
#   1. Set the image (look for "image:") to where you pushed yours.
#   2. kubectl apply -f hostfit.yaml
#
# To switch it off at once: kubectl delete validatingwebhookconfiguration hostfit
# Settings are in the ConfigMap; the running pods read a change within a minute or so. Its excludedNamespaces and the webhooks'
# selectors must name the same namespaces. For failurePolicy Fail, an own certificate or cert-manager, use the chart.
---
apiVersion: v1
kind: Namespace
metadata:
  name: hostfit-system
  labels:
    pod-security.kubernetes.io/enforce: restricted
HEADER

# The labels that claim Helm owns these objects would be untrue here.
helm template hostfit charts/hostfit --namespace hostfit-system |
  sed -e '/^ *app.kubernetes.io\/managed-by: Helm$/d' -e '/^ *helm.sh\/chart: /d' -e '/^# Source: /d'
