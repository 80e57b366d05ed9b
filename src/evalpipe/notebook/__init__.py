"""What a notebook needs of a study, and the notebook that is written for one.

from evalpipe.notebook import compare_with_released, open_study, rows_to_draw

study = open_study("btheb")
study.released("estimates")  # what reports show; may be passed on
study.rows_of("primary")     # what was recorded of participants; stays where it is
"""

from evalpipe.notebook.compare import compare_with_released
from evalpipe.notebook.drawn import rows_to_draw
from evalpipe.notebook.study import Study, open_study

__all__ = ["Study", "compare_with_released", "open_study", "rows_to_draw"]
