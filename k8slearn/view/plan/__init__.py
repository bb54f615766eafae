"""Where everything stands, as pure data: a Scene in, a Plan of marks out; what draws it is not known here."""

from k8slearn.view.plan.parts import Above, Part, Plan, plan
from k8slearn.view.plan.seating import Seating, arrange

__all__ = ["Above", "Part", "Plan", "Seating", "arrange", "plan"]
