"""What tests of manifests and of Penstock itself stand on."""
