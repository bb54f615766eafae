"""Validation of Jobs and CronJobs, and of their changes.

Kubernetes: pkg/apis/batch/validation/validation_test.go
"""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_update
from tests.support.helpers import told
from tests.support.manifests import admitted, changed, refused, stored

TEMPLATE = {
    "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}
}
INDEXED = {"completionMode": "Indexed", "completions": 3}
EXIT = {"operator": "In", "values": [1]}
ENDED = "spec.podFailurePolicy.rules[0]"
DONE = "spec.successPolicy.rules[0]"


def job(name="work", **spec):
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": TEMPLATE, **spec},
    }


def cron_job(**spec):
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "work"},
        "spec": {
            "schedule": "* * * * *",
            "jobTemplate": {"spec": {"template": TEMPLATE}},
            **spec,
        },
    }


def on_failure(**rule):
    return {"podFailurePolicy": {"rules": [{"action": "FailJob", **rule}]}}


def on_success(**rule):
    return {**INDEXED, "successPolicy": {"rules": [rule]}}


@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        (
            {**INDEXED, "maxFailedIndexes": 2},
            [
                "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"
            ],
        ),
        (
            {**INDEXED, "backoffLimitPerIndex": 1, "maxFailedIndexes": 4},
            [
                "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"
            ],
        ),
        (
            {"backoffLimitPerIndex": 1, "maxFailedIndexes": 1},
            [
                "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
                "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
            ],
        ),
        (
            {**INDEXED, "parallelism": 100_001},
            [
                "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 "
                "when completion mode is Indexed"
            ],
        ),
        (
            {**INDEXED, "completions": 100_001, "backoffLimitPerIndex": 1},
            [
                "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000"
            ],
        ),
        (
            {"managedBy": "queue"},
            [
                'spec.managedBy: Invalid value: "queue": '
                'must be a domain-prefixed path (such as "acme.io/foo")'
            ],
        ),
        (
            {"podReplacementPolicy": "Never"},
            [
                'spec.podReplacementPolicy: Unsupported value: "Never": '
                'supported values: "Failed", "TerminatingOrFailed"'
            ],
        ),
        (
            {
                "podReplacementPolicy": "TerminatingOrFailed",
                **on_failure(onExitCodes=EXIT),
            },
            [
                'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": '
                'supported values: "Failed"'
            ],
        ),
    ],
)
def test_numbers_and_policies_go_together(spec, messages):
    assert told(refused(job(**spec))) == messages


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {},
            f"{ENDED}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
        ),
        (
            {"onExitCodes": EXIT, "onPodConditions": [{"type": "Ready"}]},
            f"{ENDED}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
        ),
        (
            {"action": "", "onExitCodes": EXIT},
            f'{ENDED}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        ),
        (
            {"action": "FailIndex", "onExitCodes": EXIT},
            f'{ENDED}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
        ),
        (
            {"onExitCodes": {**EXIT, "values": [0]}},
            f"{ENDED}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
        ),
        (
            {"onExitCodes": {**EXIT, "values": [2, 1]}},
            f"{ENDED}.onExitCodes.values: Invalid value: [2,1]: must be ordered",
        ),
        (
            {"onExitCodes": {**EXIT, "values": [1, 1]}},
            f"{ENDED}.onExitCodes.values[1]: Duplicate value: 1",
        ),
        (
            {"onExitCodes": {"operator": "In"}},
            f"{ENDED}.onExitCodes.values: Invalid value: null: at least one value is required",
        ),
        (
            {"onExitCodes": {**EXIT, "containerName": "d"}},
            f'{ENDED}.onExitCodes.containerName: Invalid value: "d": '
            "must be one of the container or initContainer names in the pod template",
        ),
        (
            {"onPodConditions": [{"type": "Ready", "status": "yes"}]},
            f'{ENDED}.onPodConditions[0].status: Unsupported value: "yes": '
            'supported values: "False", "True", "Unknown"',
        ),
    ],
)
def test_who_judges_failures_says_by_what(rule, message):
    assert told(refused(job(**on_failure(**rule)))) == [message]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {},
            f"{DONE}: Required value: at least one of succeededCount or succeededIndexes must be specified",
        ),
        (
            {"succeededCount": 4},
            f"{DONE}.succeededCount: Invalid value: 4: "
            "must be less than or equal to 3 (the number of specified completions)",
        ),
        (
            {"succeededIndexes": "0-1", "succeededCount": 3},
            f"{DONE}.succeededCount: Invalid value: 3: "
            "must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
        ),
        ({"succeededIndexes": "3"}, 'too large index: "3"'),
        (
            {"succeededIndexes": "0-x"},
            'cannot convert string to integer for index: "x"',
        ),
        ({"succeededIndexes": "1,0"}, "non-increasing order, previous: 1, current: 0"),
        (
            {"succeededIndexes": "0-1-2"},
            'the fragment "0-1-2" violates the requirement that an index interval '
            "can have at most two parts separated by '-'",
        ),
    ],
)
def test_who_may_end_early_names_indexes_that_there_are(rule, message):
    (found,) = told(refused(job(**on_success(**rule))))
    assert found.endswith(message)


def test_an_early_end_is_for_indexes():
    policy = {"successPolicy": {"rules": [{"succeededCount": 1}]}}
    assert told(refused(job(**policy))) == [
        'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: '
        "requires indexed completion mode"
    ]


def test_the_last_pod_of_an_indexed_job_has_a_name_that_fits():
    long = "w" * 62
    assert told(refused(job(long, **INDEXED))) == [
        f'metadata.name: Invalid value: "{long}": will not able to create pod with invalid DNS label: {long}-2'
    ]
    admitted(job(long))


def test_completions_change_together_with_parallelism():
    old = stored(job(**INDEXED, parallelism=3))
    with pytest.raises(ApiError) as caught:
        admit_update(changed(old, "spec.completions", 5), old)
    assert told(caught.value) == [
        "spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"
    ]
    both = changed(changed(old, "spec.completions", 5), "spec.parallelism", 5)
    admit_update(both, old)


@pytest.mark.parametrize("suspend", [True, False])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("spec.nodeSelector", {"disk": "ssd"}),
        ("spec.tolerations", [{"operator": "Exists"}]),
        ("spec.affinity", {"nodeAffinity": {}}),
        ("metadata.annotations", {"queue": "a"}),
        ("spec.containers.0.resources", {"requests": {"cpu": "1"}}),
    ],
)
def test_where_a_job_runs_and_its_size_are_open_while_it_has_not_begun(
    suspend, field, value
):
    old = stored(job(suspend=suspend))
    new = changed(old, f"spec.template.{field}", value)
    if suspend:
        admit_update(new, old)
        return
    with pytest.raises(ApiError):
        admit_update(new, old)


def test_what_a_job_runs_is_never_open():
    old = stored(job(suspend=True))
    new = changed(old, "spec.template.spec.containers.0.image", "j")
    with pytest.raises(ApiError) as caught:
        admit_update(new, old)
    assert "field is immutable" in caught.value.message


def test_a_cron_job_s_jobs_get_their_selectors_themselves():
    inner = {
        "template": TEMPLATE,
        "manualSelector": True,
        "selector": {"matchLabels": {"a": "b"}},
    }
    assert told(refused(cron_job(jobTemplate={"spec": inner}))) == [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ]
