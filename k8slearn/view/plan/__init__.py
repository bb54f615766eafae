"""The layout of pictures as pure data: from a Scene to a Plan of marks, independent of the ink."""

from k8slearn.view.plan.parts import Above, Part, Plan, plan
from k8slearn.view.plan.seating import Seating, arrange

__all__ = ["Above", "Part", "Plan", "Seating", "arrange", "plan"]
