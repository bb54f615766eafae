"""Run by the kernel at its start, in the learner's namespace; so it leaves no names there."""

from k8slearn.lite import kernel

kernel.set_up()
del kernel
