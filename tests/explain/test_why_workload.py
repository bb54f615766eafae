"""The state of a Deployment, a StatefulSet, a Job or a CronJob, explained by its controller's decision."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.explain import why_this_pod, why_workload


def template(app, image, **spec):
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": app, "image": image}], **spec},
    }


def workload(kind, name, image="nginx:1", version="apps/v1", pod=None, **spec):
    given = {"template": template(name, image, **(pod or {})), **spec}
    if version == "apps/v1":
        given["selector"] = {"matchLabels": {"app": name}}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": given,
    }


@pytest.fixture
def cluster():
    made = Cluster(kubelet="instant")
    for _ in range(3):
        made.add_node()
    return made


def told(cluster, kind, name):
    return str(why_workload(cluster.store, cluster.get(kind, name), cluster.now))


def test_a_rollout_that_is_stuck_says_by_what(cluster):
    cluster.create(
        workload("Deployment", "web", replicas=4, progressDeadlineSeconds=30)
    )
    cluster.run(5)
    assert "4 个 Pod 都是现在的模板" in told(cluster, "Deployment", "web")
    containers = [{"name": "web", "image": "broken"}]
    patch = {"spec": {"template": {"spec": {"containers": containers}}}}
    cluster.patch("Deployment", "web", patch)
    for pod in cluster.list("Pod"):
        if pod["spec"]["containers"][0]["image"] == "broken":
            cluster.break_pod(pod["metadata"]["name"])
    cluster.run(1)
    text = told(cluster, "Deployment", "web")
    assert "至少要有 4 − maxUnavailable 1 = 3 个可用" in text
    cluster.run(40)
    assert "ProgressDeadlineExceeded" in told(cluster, "Deployment", "web")


def test_a_stateful_set_waits_for_one_pod(cluster):
    cluster.create(workload("StatefulSet", "db", replicas=3, serviceName="db"))
    cluster.settle()
    cluster.run(5)
    assert "没有什么要做的" in told(cluster, "StatefulSet", "db")
    cluster.break_pod("db-1")
    cluster.run(1)
    assert "等 db-1 可用" in told(cluster, "StatefulSet", "db")


def test_a_job_counts_and_a_cron_job_says_when(cluster):
    job = workload("Job", "once", version="batch/v1", pod={"restartPolicy": "Never"})
    cluster.create(job)
    cluster.run(3)
    text = told(cluster, "Job", "once")
    assert "有 1 个 Pod 在跑" in text and "成功 0 个（要 1 个）" in text
    cron = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tick"},
        "spec": {"schedule": "*/5 * * * *", "jobTemplate": {"spec": job["spec"]}},
    }
    cluster.create(cron)
    cluster.run(1)
    assert "下一次在" in told(cluster, "CronJob", "tick")
    cluster.patch("CronJob", "tick", {"spec": {"suspend": True}})
    assert "挂起了" in told(cluster, "CronJob", "tick")


def test_a_pod_says_whose_it_is(cluster):
    cluster.create(workload("Deployment", "web", replicas=1))
    cluster.run(5)
    (pod,) = cluster.list("Pod")
    text = str(why_this_pod(cluster, cluster.store, pod, cluster.now))
    assert "它属于 Deployment web 的 ReplicaSet web-" in text
    assert "replicaset-controller 创建了它" in text
    assert "web 现在：推出已完成" in text


def test_a_refused_pod_is_told_with_the_reason(cluster):
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}}
    cluster.create({**quota, "spec": {"hard": {"pods": "1"}}})
    cluster.run(1)
    cluster.create(workload("Deployment", "web", replicas=2))
    cluster.run(2)
    text = told(cluster, "Deployment", "web")
    assert "exceeded quota" in text and "ResourceQuota 满了" in text
