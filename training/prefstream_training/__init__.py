"""The recipe behind models/: text in, a verified model bundle out.

The steps, in the order in which data flows: data (and phrases) -> vocabulary -> pretraining -> urgency, preference ->
calibration -> figures -> bundle.
"""
