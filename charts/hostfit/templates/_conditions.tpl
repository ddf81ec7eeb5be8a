{{/*
matchConditions: the CEL that the API server evaluates before it calls. Written once, used by every webhook.

They decide who is called at all, so they have two duties. They must be true for everything that a rule could speak of: what
they hide is admitted unjudged. And they must never fail to evaluate, which would hand the request to failurePolicy: every
field that may be absent is read with `.?`.
*/}}

{{/* A part, `spec` or `metadata`, of the pod that the variable is (`pods`), or of the one inside a kind that makes pods (`workloads`). */}}
{{- define "hostfit.cel.pod" -}}
{{- if eq .hook "pods" -}}
{{ .var }}.?{{ .part }}
{{- else -}}
{{ .var }}.?spec.?template.?{{ .part }}
.or({{ .var }}.?spec.?jobTemplate.?spec.?template.?{{ .part }})
.or({{ .var }}.?template.?{{ .part }})
{{- end }}
{{- end }}

{{/* Whether a security context, of a pod or of a container, asks for an AppArmor profile or names an SELinux type. */}}
{{- define "hostfit.cel.accessControl" -}}
{{ . }}.?securityContext.?appArmorProfile.?type.orValue('Unconfined') != 'Unconfined' ||
{{ . }}.?securityContext.?seLinuxOptions.?type.orValue('') != ''
{{- end }}

{{/* `hook` says what for, `hostVolume` whether the volumes of claims are looked at: what a claim is bound to no expression can see. */}}
{{- define "hostfit.matchConditions" -}}
{{- $new := include "hostfit.cel.pod" (dict "hook" .hook "var" "object" "part" "spec") -}}
{{- $old := include "hostfit.cel.pod" (dict "hook" .hook "var" "oldObject" "part" "spec") -}}
{{- $newMetadata := include "hostfit.cel.pod" (dict "hook" .hook "var" "object" "part" "metadata") -}}
{{- $oldMetadata := include "hostfit.cel.pod" (dict "hook" .hook "var" "oldObject" "part" "metadata") -}}
# Host access, something that an OS may lack, or nothing that a rule could speak of. [x].exists(spec, ...) gives x a name. A list too long to
# be searched within the API server's cost limit goes to Hostfit unsearched.
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
      spec.?volumes.orValue([]).exists(volume,
        has(volume.hostPath) || has(volume.flexVolume)
        {{- if .hostVolume }} || has(volume.persistentVolumeClaim) || has(volume.ephemeral){{ end }}
      ) ||
      spec.?runtimeClassName.orValue('') != '' ||
      {{- include "hostfit.cel.accessControl" "spec" | nindent 6 }} ||
      [
        spec.?containers.orValue([]),
        spec.?initContainers.orValue([]),
        spec.?ephemeralContainers.orValue([])
      ].exists(containers,
        size(containers) > 200 ||
        containers.exists(container,
          {{- include "hostfit.cel.accessControl" "container" | nindent 10 }} ||
          size(container.?securityContext.?capabilities.?add.orValue([])) > 50 ||
          'SYS_MODULE' in container.?securityContext.?capabilities.?add.orValue([]) ||
          [
            container.?resources.?limits.orValue({}),
            container.?resources.?requests.orValue({})
          ].exists(resources,
            size(resources) > 20 ||
            resources.exists(name, name.contains('/') && !name.contains('kubernetes.io/'))
          )
        )
      )
    ) ||
    [
      {{- $newMetadata | nindent 6 }}
      .?annotations.orValue({})
    ].exists(annotations,
      size(annotations) > 1000 ||
      annotations.exists(key,
        key.startsWith('container.apparmor.security.beta.kubernetes.io/') && annotations[key] != 'unconfined'
      )
    )
    {{- if and .hostVolume (eq .hook "workloads") }} ||
    size(object.?spec.?volumeClaimTemplates.orValue([])) > 0
    {{- end }}
# What was there before is not held up: finalizers, labels, owners, scaling and status pass without a call. What a pod's annotations ask of
# AppArmor nobody can change, what those of a template ask, anybody.
- name: spec-changed
  expression: |-
    request.operation != 'UPDATE' ||
    {{- $new | nindent 4 }}
    !=
    {{- $old | nindent 4 }}
    {{- if ne .hook "pods" }}
    ||
    {{- $newMetadata | nindent 4 }}
    .?annotations !=
    {{- $oldMetadata | nindent 4 }}
    .?annotations
    {{- end }}
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
