{{/*
Settings that would hurt the cluster are refused here, each with a sentence that says why and what to do instead.
Types and allowed values are values.schema.json's part.
*/}}

{{- define "hostfit.guards" -}}
{{- if has .Release.Namespace (list "default" "kube-system") }}
{{- fail (printf "Hostfit never judges its own namespace, so it cannot live in %q: install it into one of its own, with --namespace hostfit-system --create-namespace" .Release.Namespace) }}
{{- end }}
{{- include "hostfit.guards.certificates" . }}
{{- if eq .Values.failurePolicy "Fail" }}
{{- include "hostfit.guards.fail" . }}
{{- end }}
{{- end }}

{{- define "hostfit.guards.certificates" -}}
{{- with .Values.certificates }}
{{- if and (eq .mode "cert-manager") (not .issuerRef.name) }}
{{- fail "certificates.mode cert-manager needs certificates.issuerRef.name: the Issuer or ClusterIssuer that signs the serving certificate (a CA issuer: its ca.crt becomes the caBundle)" }}
{{- end }}
{{- if and (eq .mode "secret") (not (and .secretName .caBundle)) }}
{{- fail "certificates.mode secret needs certificates.secretName (a kubernetes.io/tls Secret in the release's namespace) and certificates.caBundle (the PEM that the API server verifies it with)" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Under Fail an outage blocks pods with host access: only where that was asked for, and only once Hostfit has served. */}}
{{- define "hostfit.guards.fail" -}}
{{- if lt (int .Values.replicas) 2 }}
{{- fail "failurePolicy Fail needs replicas of 2 or more: with one, every restart of Hostfit refuses pods with host access" }}
{{- end }}
{{- if ne .Values.mode "enforce" }}
{{- fail (printf "failurePolicy Fail with mode %s would refuse pods, while Hostfit is down, that it never refuses while it is up: set mode to enforce, or failurePolicy to Ignore" .Values.mode) }}
{{- end }}
{{- range .Values.namespaces }}
{{- if and .mode (ne .mode "enforce") }}
{{- fail (printf "failurePolicy Fail cannot know the namespaces entry %s, which has mode %s: the API server selects namespaces by label only, and would refuse their pods while Hostfit is down; label those namespaces hostfit.dev/mode=%s instead" (toJson .names) .mode .mode) }}
{{- end }}
{{- end }}
{{- $live := lookup "admissionregistration.k8s.io/v1" "ValidatingWebhookConfiguration" "" (include "hostfit.fullname" .) }}
{{- $served := false }}
{{- range ($live | default dict).webhooks }}
{{- if and (eq .name "pods.hostfit.dev") .clientConfig.caBundle }}
{{- $served = true }}
{{- end }}
{{- end }}
{{- if not (or $served .Values.failurePolicyForce) }}
{{- fail "failurePolicy Fail is for an installation that already serves: before that, every pod with host access would be refused. Install with failurePolicy Ignore, wait until the Deployment is available, then upgrade with Fail. Where the chart is rendered without a cluster (helm template, GitOps), set failurePolicyForce to true once Hostfit serves" }}
{{- end }}
{{- end }}
