{{/* Names, labels and the image: what more than one template has to spell alike. */}}

{{/* The name of every object. Cut to 55 so that "-tls" and "-cert" still make a valid Service-length name. */}}
{{- define "hostfit.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 55 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 55 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "hostfit.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hostfit.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "hostfit.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* By digest when one is given: a tag can be moved. */}}
{{- define "hostfit.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The Secret with the serving pair. In self mode the process fills it; otherwise somebody else does. */}}
{{- define "hostfit.tlsSecret" -}}
{{- if eq .Values.certificates.mode "self" }}
{{- include "hostfit.fullname" . }}-tls
{{- else }}
{{- .Values.certificates.secretName | default (printf "%s-cert" (include "hostfit.fullname" .)) }}
{{- end }}
{{- end }}

{{/* The namespaces that are never judged, as a YAML list: one source for the selector and for the server. */}}
{{- define "hostfit.excludedNamespaces" -}}
{{- append .Values.excludedNamespaces .Release.Namespace | uniq | sortAlpha | toYaml }}
{{- end }}
