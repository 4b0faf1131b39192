// Command kustomize builds a kustomization and prints its resources. Those of the Prometheus Operator, which Kubernetes' own
// schemas do not have, are read strictly by the operator's published types: an unknown field or a wrong type is an error.
package main

import (
	"fmt"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

func main() {
	text, err := build(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(text)
}

func build(folder string) ([]byte, error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return nil, err
	}
	if err := checkMonitors(built); err != nil {
		return nil, err
	}
	return built.AsYaml()
}

func checkMonitors(built resmap.ResMap) error {
	for _, resource := range built.Resources() {
		if resource.GetKind() != "PodMonitor" {
			continue
		}
		text, err := resource.AsYAML()
		if err != nil {
			return err
		}
		if err := yaml.UnmarshalStrict(text, &monitoring.PodMonitor{}); err != nil {
			return fmt.Errorf("PodMonitor %s: %w", resource.GetName(), err)
		}
	}
	return nil
}
