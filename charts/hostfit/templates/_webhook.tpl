{{/* What the webhooks have in common: where they call, how, which pods, and which namespaces never. */}}

{{/* No caBundle but a given one: otherwise its owner writes it, and a chart that named the field would clear it. */}}
{{- define "hostfit.webhook.common" -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
clientConfig:
  service:
    name: {{ include "hostfit.fullname" . }}
    namespace: {{ .Release.Namespace }}
    path: /validate
    port: 443
  {{- if eq .Values.certificates.mode "secret" }}
  caBundle: {{ .Values.certificates.caBundle | b64enc }}
  {{- end }}
{{- end }}

{{- define "hostfit.webhook.podRules" -}}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods/ephemeralcontainers]
    operations: [UPDATE]
    scope: Namespaced
{{- end }}

{{/* The first two are the AKS admissions enforcer's, word for word: it adds them to every webhook that lacks them, for ever. */}}
{{- define "hostfit.webhook.namespaces" -}}
- {key: control-plane, operator: NotIn, values: ["true"]}
- {key: kubernetes.azure.com/managedby, operator: NotIn, values: [aks]}
- key: kubernetes.io/metadata.name
  operator: NotIn
  values:
    {{- include "hostfit.excludedNamespaces" . | nindent 4 }}
{{- end }}
