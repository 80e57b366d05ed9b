"""From raw files to reports. Targets and rules only; every rule calls one command of evalpipe.

The plan is `ancient`: not its date decides on reruns but the digests in `params`, one of the part
of the plan that a job uses and one of the source code that its stage imports. `analyse` and
`release` are checkpoints: what follows them runs when their content changed, not when they ran.
Memory and time are asked for by the size of the study's raw files: so much at least, and so much
for each megabyte.
"""

from time import time

from evalpipe import workflow as studies

PLAN, NOW = "config/studies/{study}.yaml", time()
STUDIES = config["only"].split(",") if "only" in config else list(studies.studies())


wildcard_constraints:
    study="[a-z][a-z0-9_]*",


localrules:
    all,
    index,


report: "config/captions/overview.rst"


container: "evalpipe.sif"  # built from evalpipe.def; used where Snakemake is told to


rule all:
    input:
        "reports/index.html",
        expand("reports/{study}/report.{kind}", study=STUDIES, kind=["html", "pdf", "docx"]),


rule ingest:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        raw=ancient(lambda w: studies.not_ahead(studies.raw_files(w.study), NOW)),
    output:
        participants="data/processed/{study}/participants.parquet",
        measured="data/processed/{study}/measured.parquet",
        responses="data/processed/{study}/responses.parquet",
        sessions="data/processed/{study}/sessions.parquet",
        goals="data/processed/{study}/goals.parquet",
        record="data/processed/{study}/ingest.json",
    log:
        "logs/{study}/ingest.log",
    benchmark:
        "logs/{study}/ingest.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 400, 100),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 5, 1),
    params:
        plan=lambda w: studies.plan_digest(w.study, "ingest"),
        raw=lambda w: studies.raw_digest(w.study),
        source=studies.code_digest("ingest"),
    shell:
        "python -m evalpipe ingest {wildcards.study} 2>&1 | tee {log} >&2"


rule validate:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        participants="data/processed/{study}/participants.parquet",
        measured="data/processed/{study}/measured.parquet",
        responses="data/processed/{study}/responses.parquet",
        sessions="data/processed/{study}/sessions.parquet",
        goals="data/processed/{study}/goals.parquet",
        record="data/processed/{study}/ingest.json",
    output:
        record="data/processed/{study}/validation.json",
    # the pages stand under `log`: they must outlive a stage that stops on what they tell
    log:
        "logs/{study}/validate.log",
        page="reports/{study}/validation.html",
        table="reports/{study}/validation.csv",
    benchmark:
        "logs/{study}/validate.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 400, 100),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 5, 1),
    params:
        plan=lambda w: studies.plan_digest(w.study, "validate"),
        source=studies.code_digest("validate"),
    shell:
        "python -m evalpipe validate {wildcards.study} 2>&1 | tee {log[0]} >&2"


rule score:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        validation=ancient("data/processed/{study}/validation.json"),
        measured="data/processed/{study}/measured.parquet",
        responses="data/processed/{study}/responses.parquet",
    output:
        scores="data/processed/{study}/scores.parquet",
    log:
        "logs/{study}/score.log",
    benchmark:
        "logs/{study}/score.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 400, 100),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 5, 1),
    params:
        plan=lambda w: studies.plan_digest(w.study, "score"),
        source=studies.code_digest("score"),
    shell:
        "python -m evalpipe score {wildcards.study} 2>&1 | tee {log} >&2"


rule describe:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        validation=ancient("data/processed/{study}/validation.json"),
        participants="data/processed/{study}/participants.parquet",
        responses="data/processed/{study}/responses.parquet",
        scores="data/processed/{study}/scores.parquet",
        sessions="data/processed/{study}/sessions.parquet",
        goals="data/processed/{study}/goals.parquet",
    output:
        description="data/processed/{study}/description.parquet",
    log:
        "logs/{study}/describe.log",
    benchmark:
        "logs/{study}/describe.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 400, 100),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 5, 1),
    params:
        plan=lambda w: studies.plan_digest(w.study, "describe"),
        source=studies.code_digest("describe"),
    shell:
        "python -m evalpipe describe {wildcards.study} 2>&1 | tee {log} >&2"


checkpoint analyse:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        validation=ancient("data/processed/{study}/validation.json"),
        participants="data/processed/{study}/participants.parquet",
        responses="data/processed/{study}/responses.parquet",
        scores="data/processed/{study}/scores.parquet",
        sessions="data/processed/{study}/sessions.parquet",
        goals="data/processed/{study}/goals.parquet",
        description="data/processed/{study}/description.parquet",
        truth=ancient(lambda w: studies.not_ahead(studies.truth_file(w.study), NOW)),
    output:
        estimates="data/processed/{study}/estimates.parquet",
        diagnostics="data/processed/{study}/diagnostics.parquet",
        statistics="data/processed/{study}/statistics.parquet",
        answers="data/processed/{study}/answers.parquet",
        published="data/processed/{study}/published.json",
    log:
        "logs/{study}/analyse.log",
    benchmark:
        "logs/{study}/analyse.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 600, 50),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 30, 5),
    params:
        plan=lambda w: studies.plan_digest(w.study, "analyse"),
        truth=lambda w: studies.truth_digest(w.study),
        source=studies.code_digest("analyse"),
    shell:
        "python -m evalpipe analyse {wildcards.study} 2>&1 | tee {log} >&2"


checkpoint release:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        record="data/processed/{study}/ingest.json",
        validation="data/processed/{study}/validation.json",
        description="data/processed/{study}/description.parquet",
        sessions="data/processed/{study}/sessions.parquet",
        analysed=ancient(lambda w: checkpoints.analyse.get(study=w.study).output),
    output:
        estimates="data/processed/{study}/released/estimates.parquet",
        diagnostics="data/processed/{study}/released/diagnostics.parquet",
        statistics="data/processed/{study}/released/statistics.parquet",
        answers="data/processed/{study}/released/answers.parquet",
        sessions="data/processed/{study}/released/sessions.parquet",
        record="data/processed/{study}/released/record.json",
        tables=report(
            expand(
                "reports/{{study}}/tables/{table}.csv",
                table=["estimates", "diagnostics", "statistics", "answers"],
            ),
            caption="config/captions/table.rst",
            category="{study}",
            subcategory="Released tables",
        ),
        decisions=report(
            "reports/{study}/disclosure.csv",
            caption="config/captions/disclosure.rst",
            category="{study}",
            subcategory="Decisions on release",
            labels={"what": "decisions", "as": "CSV"},
        ),
        last=update("reports/{study}/released.json"),
    log:
        "logs/{study}/release.log",
    benchmark:
        "logs/{study}/release.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 500, 20),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 5, 1),
    params:
        plan=lambda w: studies.plan_digest(w.study, "release"),
        content=lambda w: studies.content_digest(checkpoints.analyse.get(study=w.study).output),
        source=studies.code_digest("release"),
    shell:
        "python -m evalpipe release {wildcards.study} 2>&1 | tee {log} >&2"


rule report:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        released=ancient(lambda w: checkpoints.release.get(study=w.study).output[:6]),
    output:
        html=report(
            "reports/{study}/report.html",
            caption="config/captions/report.rst",
            category="{study}",
            subcategory="Report",
            labels={"what": "report", "as": "HTML"},
        ),
        pdf=report(
            "reports/{study}/report.pdf",
            caption="config/captions/report.rst",
            category="{study}",
            subcategory="Report",
            labels={"what": "report", "as": "PDF"},
        ),
        docx=report(
            "reports/{study}/report.docx",
            caption="config/captions/report.rst",
            category="{study}",
            subcategory="Report",
            labels={"what": "report", "as": "Word"},
        ),
        headline="reports/{study}/headline.json",
    log:
        "logs/{study}/report.log",
    benchmark:
        "logs/{study}/report.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 500, 0),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 5, 0),
    params:
        plan=lambda w: studies.plan_digest(w.study, "report"),
        content=lambda w: studies.content_digest(checkpoints.release.get(study=w.study).output[:6]),
        source=studies.code_digest("report"),
    shell:
        "python -m evalpipe report {wildcards.study} 2>&1 | tee {log} >&2"


# no part of `all`: snakemake reports/btheb/notebook.ipynb
rule notebook:
    input:
        plan=ancient(lambda w: studies.not_ahead([PLAN.format(study=w.study)], NOW)),
        released=ancient(lambda w: checkpoints.release.get(study=w.study).output[:6]),
        participants=ancient("data/processed/{study}/participants.parquet"),
        responses=ancient("data/processed/{study}/responses.parquet"),
        scores=ancient("data/processed/{study}/scores.parquet"),
        sessions=ancient("data/processed/{study}/sessions.parquet"),
        goals=ancient("data/processed/{study}/goals.parquet"),
    output:
        # `update`: a notebook that somebody wrote in is told of, not deleted
        update("reports/{study}/notebook.ipynb"),
    log:
        "logs/{study}/notebook.log",
    benchmark:
        "logs/{study}/notebook.tsv"
    threads: 1
    resources:
        mem_mb=lambda w, attempt: attempt * studies.memory_mb(w.study, 800, 50),
        runtime=lambda w, attempt: attempt * studies.minutes(w.study, 10, 5),
    params:
        plan=lambda w: studies.plan_digest(w.study, "notebook"),
        content=lambda w: studies.content_digest(checkpoints.release.get(study=w.study).output[:6]),
        source=studies.code_digest("notebook"),
    shell:
        "python -m evalpipe notebook {wildcards.study} --execute 2>&1 | tee {log} >&2"


rule index:
    input:
        expand("reports/{study}/headline.json", study=STUDIES),
    output:
        report("reports/index.html", caption="config/captions/index.rst", category="Overview"),
    log:
        "logs/index.log",
    benchmark:
        "logs/index.tsv"
    threads: 1
    resources:
        mem_mb=400,
        runtime=5,
    params:
        studies=STUDIES,
        source=studies.code_digest("report"),
    shell:
        "python -m evalpipe index 2>&1 | tee {log} >&2"
