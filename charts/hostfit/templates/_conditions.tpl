{{/*
matchConditions: the CEL that the API server evaluates before it calls. Written once, used by every webhook.

They decide who is called at all, so they have two duties. They must be true for everything that a rule could speak of: what
they hide is admitted unjudged. And they must never fail to evaluate, which would hand the request to failurePolicy: every
field that may be absent is read with `.?`.
*/}}

{{/* The pod spec inside a pod (`pods`) or inside a kind that makes pods (`workloads`), of the variable given. */}}
{{- define "hostfit.cel.podSpec" -}}
{{- if eq .hook "pods" -}}
{{ .var }}.?spec
{{- else -}}
{{ .var }}.?spec.?template.?spec
.or({{ .var }}.?spec.?jobTemplate.?spec.?template.?spec)
.or({{ .var }}.?template.?spec)
{{- end }}
{{- end }}

{{/* `hook` says what for, `hostVolume` whether the volumes of claims are looked at: what a claim is bound to no expression can see. */}}
{{- define "hostfit.matchConditions" -}}
{{- $new := include "hostfit.cel.podSpec" (dict "hook" .hook "var" "object") -}}
{{- $old := include "hostfit.cel.podSpec" (dict "hook" .hook "var" "oldObject") -}}
# Host access, or nothing that a rule could speak of. [x].exists(spec, ...) gives x a name. A list of volumes too long to be
# searched within the API server's cost limit goes to Hostfit unsearched.
- name: host-access
  expression: |-
    [
      {{- $new | nindent 6 }}
      .orValue({})
    ].exists(spec,
      spec.?hostPID.orValue(false) ||
      spec.?hostNetwork.orValue(false) ||
      spec.?hostIPC.orValue(false) ||
      size(spec.?volumes.orValue([])) > 1000 ||
      {{- if .hostVolume }}
      spec.?volumes.orValue([]).exists(volume, has(volume.hostPath) || has(volume.persistentVolumeClaim) || has(volume.ephemeral))
    )
    {{- if eq .hook "workloads" }}
    || size(object.?spec.?volumeClaimTemplates.orValue([])) > 0
    {{- end }}
      {{- else }}
      spec.?volumes.orValue([]).exists(volume, has(volume.hostPath))
    )
      {{- end }}
# What was there before is not held up: finalizers, labels, owners, scaling and status pass without a call.
- name: spec-changed
  expression: |-
    request.operation != 'UPDATE' ||
    {{- $new | nindent 4 }}
    !=
    {{- $old | nindent 4 }}
{{- if eq .hook "pods" }}
# A kubelet mirrors its static pods, which run already; only a node may say so.
- name: not-a-mirror-pod
  expression: |-
    !(
      'system:nodes' in request.userInfo.?groups.orValue([]) &&
      request.userInfo.?username.orValue('').startsWith('system:node:') &&
      'kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({})
    )
{{- else }}
# Advice is for whoever wrote the object; nobody reads it for a ReplicaSet under a Deployment, or a Job under a CronJob.
- name: not-made-by-a-controller
  expression: |-
    !object.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false))
{{- end }}
{{- end }}
