"""From raw files to reports. Targets and rules only; every rule calls one command of evalpipe.

The plan is `ancient`: not its date decides on reruns but the digests in `params`, one of the part
of the plan that a job uses and one of the source code that its stage imports.
"""

from evalpipe import workflow as studies

STUDIES = config["only"].split(",") if "only" in config else list(studies.studies())
PLAN = "config/studies/{study}.yaml"
DATA = "data/processed/{study}"


wildcard_constraints:
    study="[a-z][a-z0-9_]*",


localrules:
    all,


container: "docker://python:3.13-slim"


rule all:
    input:
        "reports/index.html",
        expand("reports/{study}/report.html", study=STUDIES),


rule ingest:
    input:
        plan=ancient(PLAN),
        raw=lambda w: studies.raw_files(w.study),
    output:
        participants=DATA + "/participants.parquet",
        measured=DATA + "/measured.parquet",
        responses=DATA + "/responses.parquet",
        sessions=DATA + "/sessions.parquet",
        goals=DATA + "/goals.parquet",
        record=DATA + "/ingest.json",
    log:
        "logs/{study}/ingest.log",
    params:
        plan=lambda w: studies.plan_digest(w.study, "ingest"),
        unread=lambda w: studies.unread_digest(w.study),
        source=studies.code_digest("ingest"),
    shell:
        "python -m evalpipe ingest {wildcards.study} 2> {log}"


rule score:
    input:
        plan=ancient(PLAN),
        measured=DATA + "/measured.parquet",
        responses=DATA + "/responses.parquet",
    output:
        scores=DATA + "/scores.parquet",
    log:
        "logs/{study}/score.log",
    params:
        plan=lambda w: studies.plan_digest(w.study, "score"),
        source=studies.code_digest("score"),
    shell:
        "python -m evalpipe score {wildcards.study} 2> {log}"


rule describe:
    input:
        plan=ancient(PLAN),
        participants=DATA + "/participants.parquet",
        responses=DATA + "/responses.parquet",
        scores=DATA + "/scores.parquet",
        sessions=DATA + "/sessions.parquet",
        goals=DATA + "/goals.parquet",
    output:
        DATA + "/description.parquet",
    log:
        "logs/{study}/describe.log",
    params:
        plan=lambda w: studies.plan_digest(w.study, "describe"),
        source=studies.code_digest("describe"),
    shell:
        "python -m evalpipe describe {wildcards.study} 2> {log}"


rule analyse:
    input:
        plan=ancient(PLAN),
        participants=DATA + "/participants.parquet",
        scores=DATA + "/scores.parquet",
        sessions=DATA + "/sessions.parquet",
        goals=DATA + "/goals.parquet",
        truth=lambda w: studies.truth_file(w.study),
    output:
        estimates=DATA + "/estimates.parquet",
        diagnostics=DATA + "/diagnostics.parquet",
        statistics=DATA + "/statistics.parquet",
        published=DATA + "/published.json",
    log:
        "logs/{study}/analyse.log",
    params:
        plan=lambda w: studies.plan_digest(w.study, "analyse"),
        source=studies.code_digest("analyse"),
    shell:
        "python -m evalpipe analyse {wildcards.study} 2> {log}"


rule release:
    input:
        plan=ancient(PLAN),
        record=DATA + "/ingest.json",
        description=DATA + "/description.parquet",
        sessions=DATA + "/sessions.parquet",
        estimates=DATA + "/estimates.parquet",
        diagnostics=DATA + "/diagnostics.parquet",
        statistics=DATA + "/statistics.parquet",
        published=DATA + "/published.json",
    output:
        record=DATA + "/released/record.json",
        estimates=DATA + "/released/estimates.parquet",
        diagnostics=DATA + "/released/diagnostics.parquet",
        statistics=DATA + "/released/statistics.parquet",
        sessions=DATA + "/released/sessions.parquet",
    log:
        "logs/{study}/release.log",
    params:
        plan=lambda w: studies.plan_digest(w.study, "release"),
        source=studies.code_digest("release"),
    shell:
        "python -m evalpipe release {wildcards.study} 2> {log}"


rule report:
    input:
        plan=ancient(PLAN),
        record=DATA + "/released/record.json",
        estimates=DATA + "/released/estimates.parquet",
        diagnostics=DATA + "/released/diagnostics.parquet",
        statistics=DATA + "/released/statistics.parquet",
        sessions=DATA + "/released/sessions.parquet",
    output:
        html="reports/{study}/report.html",
        pdf="reports/{study}/report.pdf",
        docx="reports/{study}/report.docx",
        headline="reports/{study}/headline.json",
    log:
        "logs/{study}/report.log",
    params:
        plan=lambda w: studies.plan_digest(w.study, "report"),
        source=studies.code_digest("report"),
    shell:
        "python -m evalpipe report {wildcards.study} 2> {log}"


rule index:
    input:
        expand("reports/{study}/headline.json", study=STUDIES),
    output:
        "reports/index.html",
    log:
        "logs/index.log",
    params:
        source=studies.code_digest("report"),
    shell:
        "python -m evalpipe index 2> {log}"
