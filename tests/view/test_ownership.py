"""The owner and the revision of Pods of every controller."""

from k8slearn.cluster import Cluster
from k8slearn.view.narrate import sentence_of
from k8slearn.view.scene import scene_of


def template(app):
    spec = {"containers": [{"name": app, "image": f"{app}:1"}]}
    return {"metadata": {"labels": {"app": app}}, "spec": spec}


def owner(kind, name, version="apps/v1", **spec):
    given = {
        "selector": {"matchLabels": {"app": name}},
        "template": template(name),
        **spec,
    }
    if version == "batch/v1":
        del given["selector"]
        given["template"]["spec"]["restartPolicy"] = "Never"
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": given,
    }


def cluster_with(*objects):
    cluster = Cluster(kubelet="instant")
    for _ in range(2):
        cluster.add_node()
    for each in objects:
        cluster.create(each)
    cluster.run(5)
    return cluster


def marks_of(scene):
    return sorted({(p.owner, p.revision) for card in scene.cards for p in card.pods})


def test_pods_of_all_controllers_are_told_apart():
    cluster = cluster_with(
        owner("DaemonSet", "agent"),
        owner("Deployment", "web", replicas=2),
        owner("StatefulSet", "db", replicas=1, serviceName="db"),
        owner("Job", "once", "batch/v1"),
    )
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:2"}]}}}}  # fmt: skip
    cluster.patch("Deployment", "web", patch)
    cluster.run(9)
    scene = scene_of(cluster.store)
    assert scene.owners == ("agent", "db", "once", "web")
    assert marks_of(scene) == [("agent", 1), ("db", 1), ("once", 0), ("web", 2)]
    assert scene.daemon_set == "agent"


def test_without_a_daemon_set_another_owner_stands_above_the_picture():
    cluster = cluster_with(owner("Deployment", "web", replicas=2))
    scene = scene_of(cluster.store)
    assert scene.daemon_set == "web"
    assert scene.strategy == "RollingUpdate · maxUnavailable 25% · maxSurge 25%"
    assert (scene.counts.desired, scene.counts.ready, scene.counts.updated) == (2, 2, 2)


def test_what_the_controllers_do_is_told_in_their_names():
    cluster = cluster_with()
    cluster.create(owner("Deployment", "web", replicas=2))
    told = []
    for action in cluster.run(5):
        changes = cluster.store.log.changes[action.first : action.last]
        told.append(sentence_of(changes))
    assert any(s.startswith("Deployment 控制器创建 ReplicaSet web-") for s in told)
    assert any(s.startswith("ReplicaSet 控制器创建 Pod web-") for s in told)
    before = cluster.store.revision
    cluster.patch("Deployment", "web", {"spec": {"replicas": 3}})
    text = sentence_of(cluster.store.log.changes[before:])
    assert "把 Deployment web 的副本数改了：2 → 3" in text
