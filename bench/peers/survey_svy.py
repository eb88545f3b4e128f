"""svy: a mean by domain with its standard error, plain or after raking."""

import sys
import warnings
from pathlib import Path

import measure
import polars as pl
import svy

warnings.simplefilter("ignore")


def prepare(folder: Path):
    people = measure.table(folder, "people")
    totals = measure.table(folder, "totals")
    frame = pl.DataFrame(people)
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    if Path(sys.argv[3]).name.endswith("raked"):
        controls = {
            name: dict(enumerate(totals[name].tolist())) for name in ("age", "sex", "district")
        }
        sample = sample.weighting.rake(controls=controls, tol=1e-8, max_iter=200)

    def work():
        found = sample.estimation.mean("y", by="domain").to_polars().sort("domain")
        return {"value": found["est"].to_numpy(), "se": found["se"].to_numpy()}

    return work


measure.run(prepare)
