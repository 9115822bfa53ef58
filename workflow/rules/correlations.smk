"""The correlations of concepts with each other, by their words and by their images."""


rule correlate_words:
    input:
        unpack(word_vector_files),
        concepts=f"{RESULTS}/concepts.tsv",
    output:
        f"{RESULTS}/correlations/words/{{model}}.h5",
    log:
        f"{LOGS}/correlate_words/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/correlate_words/{{model}}.tsv"
    priority: BEFORE_EXTRACTION
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_pairs(2000, 4),
        runtime=growing(10),
    params:
        code=code_of("correlate_words"),
        look_up=word_look_up,
        threads=THREADS,
    message:
        "Correlating the word vectors of {wildcards.model}"
    script:
        "../scripts/correlate_words.py"


rule correlate_images:
    input:
        concepts=f"{RESULTS}/concepts.tsv",
        images=f"{RESULTS}/images.tsv",
        activations=collect(
            f"{RESULTS}/activations/{{network}}/{{shard}}",
            shard=SHARDS,
            allow_missing=True,
        ),
    output:
        f"{RESULTS}/correlations/{{network}}/{{group}}.h5",
    log:
        f"{LOGS}/correlate_images/{{network}}/{{group}}.log",
    benchmark:
        f"{BENCHMARKS}/correlate_images/{{network}}/{{group}}.tsv"
    priority: BEFORE_EXTRACTION
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_pairs(2000, 2, layers_of),
        runtime=growing(120),
    params:
        layers=layers_of,
        code=code_of("correlate_images"),
        threads=THREADS,
    message:
        "Correlating the images of group {wildcards.group} in every layer of {wildcards.network}"
    script:
        "../scripts/correlate_images.py"


rule correlate_averages:
    input:
        concepts=f"{RESULTS}/concepts.tsv",
        images=f"{RESULTS}/images.tsv",
        activations=collect(
            f"{RESULTS}/activations/{{network}}/{{shard}}",
            shard=SHARDS,
            allow_missing=True,
        ),
    output:
        f"{RESULTS}/averages/{{network}}.h5",
    log:
        f"{LOGS}/correlate_averages/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/correlate_averages/{{network}}.tsv"
    priority: BEFORE_EXTRACTION
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_pairs(2500, 2 * len(GROUPS)),
        runtime=growing(240),
    params:
        layers=layers_of,
        groups=len(GROUPS),
        code=code_of("correlate_averages"),
        threads=THREADS,
    message:
        "Correlating the means of several images in every layer of {wildcards.network}"
    script:
        "../scripts/correlate_averages.py"
