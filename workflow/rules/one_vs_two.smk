"""What a network got wrong: the 1 vs. 2 test of its misclassified images."""


def word_settings(wildcards):
    """How a class finds its words, whichever sense and classes were chosen."""
    return only(STUDY.settings["concepts"], "match", "lowercase")


rule score_one_vs_two:
    input:
        unpack(word_vector_files),
        concepts=f"{RESULTS}/concepts.tsv",
        permutations=f"{RESULTS}/permutations.h5",
        words=f"{RESULTS}/correlations/words/{{model}}.h5",
        images=collect(
            f"{RESULTS}/correlations/{{network}}/{{group}}.h5",
            group=GROUPS,
            allow_missing=True,
        ),
        activations=collect(
            f"{RESULTS}/activations/{{network}}/{{shard}}",
            shard=SHARDS,
            allow_missing=True,
        ),
        study_images=f"{RESULTS}/images.tsv",
        wordnet=f"{RESOURCES}/wordnet",
    output:
        layers=f"{RESULTS}/one_vs_two/{{network}}/{{model}}.tsv",
        images=f"{RESULTS}/one_vs_two/{{network}}/images/{{model}}.tsv",
    log:
        f"{LOGS}/score_one_vs_two/{{network}}/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/score_one_vs_two/{{network}}/{{model}}.tsv"
    priority: BEFORE_EXTRACTION
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_with(2500, 4, "images"),
        runtime=growing(60),
    params:
        concepts=word_settings,
        case=word_vector_case,
        code=code_of("score_one_vs_two"),
        threads=THREADS,
    message:
        "Testing what {wildcards.network} misclassified against {wildcards.model}, 1 vs. 2"
    script:
        "../scripts/score_one_vs_two.py"
