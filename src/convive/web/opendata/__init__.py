"""Open data: the published figures as JSON and as features, for programs of others.

Everything comes from the build that the pages show, so it has passed the gate. Addresses carry no
language: texts are asked for with `lang`.
"""
