"""Scores of layers against words: 2 vs. 2, the panel of measures, comparisons.

Each network is scored by jobs of its own; light ones join all networks, which are one family of tests.
"""

WORDS_AND_CONCEPTS = {
    "concepts": f"{RESULTS}/concepts.tsv",
    "permutations": f"{RESULTS}/permutations.h5",
    "words": f"{RESULTS}/correlations/words/{{model}}.h5",
}
IMAGES_OF_NETWORK = collect(
    f"{RESULTS}/correlations/{{network}}/{{group}}.h5",
    group=GROUPS,
    allow_missing=True,
)
IMAGES_OF_ALL = expand(IMAGES_OF_NETWORK, network=NETWORKS)
TWO_VS_TWO_OF_NETWORK = f"{RESULTS}/two_vs_two/{{model}}/networks/{{network}}"


rule score_two_vs_two:
    input:
        **WORDS_AND_CONCEPTS,
        images=IMAGES_OF_NETWORK,
    output:
        layers=f"{TWO_VS_TWO_OF_NETWORK}/layers.tsv",
        concepts=f"{TWO_VS_TWO_OF_NETWORK}/concepts.tsv",
        null=f"{TWO_VS_TWO_OF_NETWORK}/null.h5",
        halves=f"{TWO_VS_TWO_OF_NETWORK}/halves.h5",
    log:
        f"{LOGS}/score_two_vs_two/{{model}}/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/score_two_vs_two/{{model}}/{{network}}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_scores("score_two_vs_two", layers_of),
        runtime=growing(120),
    params:
        seed=SEED,
        study=CONFIG["study"],
        code=code_of("score_two_vs_two"),
        threads=THREADS,
    message:
        "Scoring every layer of {wildcards.network} with the 2 vs. 2 test against {wildcards.model}"
    script:
        "../scripts/score_two_vs_two.py"


rule join_two_vs_two:
    input:
        layers=of_all_networks(f"{TWO_VS_TWO_OF_NETWORK}/layers.tsv"),
        concepts=of_all_networks(f"{TWO_VS_TWO_OF_NETWORK}/concepts.tsv"),
        null=of_all_networks(f"{TWO_VS_TWO_OF_NETWORK}/null.h5"),
    output:
        layers=f"{RESULTS}/two_vs_two/{{model}}/layers.tsv",
        concepts=f"{RESULTS}/two_vs_two/{{model}}/concepts.tsv",
    log:
        f"{LOGS}/join_two_vs_two/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/join_two_vs_two/{{model}}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(20),
    params:
        code=code_of("join_two_vs_two"),
    message:
        "Joining the 2 vs. 2 scores of all networks against {wildcards.model}"
    script:
        "../scripts/join_two_vs_two.py"


rule score_layer_map:
    input:
        unpack(scores_of_encoder),
    output:
        f"{RESULTS}/layer_maps/{{encoder}}.tsv",
    log:
        f"{LOGS}/score_layer_map/{{encoder}}.log",
    benchmark:
        f"{BENCHMARKS}/score_layer_map/{{encoder}}.tsv"
    wildcard_constraints:
        encoder=any_of(ENCODERS),
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        text_layers=text_layers_of,
        code=code_of("score_layer_map"),
        threads=1,
    message:
        "Testing every layer of the networks against every layer of {wildcards.encoder}"
    script:
        "../scripts/score_layer_map.py"


rule score_alignment:
    input:
        **WORDS_AND_CONCEPTS,
        images=IMAGES_OF_NETWORK,
        layers=f"{TWO_VS_TWO_OF_NETWORK}/layers.tsv",
        null=f"{TWO_VS_TWO_OF_NETWORK}/null.h5",
    output:
        f"{RESULTS}/alignment/{{model}}/networks/{{network}}.h5",
    log:
        f"{LOGS}/score_alignment/{{model}}/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/score_alignment/{{model}}/{{network}}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_scores("score_alignment", layers_of),
        runtime=growing(240),
    params:
        code=code_of("score_alignment"),
        threads=THREADS,
    message:
        "Scoring every layer of {wildcards.network} by every measure against {wildcards.model}"
    script:
        "../scripts/score_alignment.py"


rule join_alignment:
    input:
        of_all_networks(f"{RESULTS}/alignment/{{model}}/networks/{{network}}.h5"),
    output:
        f"{RESULTS}/alignment/{{model}}.tsv",
    log:
        f"{LOGS}/join_alignment/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/join_alignment/{{model}}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        code=code_of("join_alignment"),
    message:
        "Joining the scores of all networks by every measure against {wildcards.model}"
    script:
        "../scripts/join_alignment.py"


rule score_controls:
    input:
        **WORDS_AND_CONCEPTS,
        images=IMAGES_OF_ALL,
    output:
        f"{RESULTS}/controls/{{model}}.tsv",
    log:
        f"{LOGS}/score_controls/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/score_controls/{{model}}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_scores("score_controls", layers_of_largest),
        runtime=growing(60),
    params:
        networks=NETWORKS,
        code=code_of("score_controls"),
        threads=THREADS,
    message:
        "Scoring every layer given the pixels and the layer before, against {wildcards.model}"
    script:
        "../scripts/score_controls.py"


rule score_averaging:
    input:
        **WORDS_AND_CONCEPTS,
        layers=f"{RESULTS}/two_vs_two/{{model}}/layers.tsv",
        averages=expand(f"{RESULTS}/averages/{{network}}.h5", network=NETWORKS),
    output:
        f"{RESULTS}/averaging/{{model}}.tsv",
    log:
        f"{LOGS}/score_averaging/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/score_averaging/{{model}}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_scores("score_averaging", layers_of_all),
        runtime=growing(240),
    params:
        networks=NETWORKS,
        code=code_of("score_averaging"),
        threads=THREADS,
    message:
        "Scoring the means of several images against {wildcards.model}"
    script:
        "../scripts/score_averaging.py"


rule score_class_vectors:
    input:
        **WORDS_AND_CONCEPTS,
        similarities=expand(
            f"{RESULTS}/similarity/{{network}}.h5", network=EMBEDDED_NETWORKS
        ),
    output:
        f"{RESULTS}/class_vector_alignment/{{model}}.tsv",
    log:
        f"{LOGS}/score_class_vectors/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/score_class_vectors/{{model}}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_scores("score_class_vectors", class_vector_spaces, 1),
        runtime=growing(240),
    params:
        layer_sets=LAYER_SETS,
        code=code_of("score_class_vectors"),
        threads=THREADS,
    message:
        "Scoring the class vectors by every measure against {wildcards.model}"
    script:
        "../scripts/score_class_vectors.py"


rule compare_layers:
    input:
        of_all_networks(f"{TWO_VS_TWO_OF_NETWORK}/halves.h5"),
    output:
        f"{RESULTS}/comparisons/{{model}}.tsv",
    log:
        f"{LOGS}/compare_layers/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/compare_layers/{{model}}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        named_layers={name: one.layer for name, one in STUDY.published.items()},
        code=code_of("compare_layers"),
    message:
        "Comparing layers and networks by their accuracy against {wildcards.model}"
    script:
        "../scripts/compare_layers.py"


rule write_rdms:
    input:
        **{
            f"words_{model}": f"{RESULTS}/correlations/words/{model}.h5"
            for model in WORD_MODELS
        },
        concepts=WORDS_AND_CONCEPTS["concepts"],
        images=IMAGES_OF_ALL,
    output:
        f"{RESULTS}/rdms.h5",
    log:
        f"{LOGS}/write_rdms.log",
    benchmark:
        f"{BENCHMARKS}/write_rdms.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=memory_of_pairs(500, 10 + len(WORD_MODELS)),
        runtime=growing(30),
    params:
        networks=NETWORKS,
        models=WORD_MODELS,
        code=code_of("write_rdms"),
    message:
        "Writing the matrices of words and images for rsatoolbox"
    script:
        "../scripts/write_rdms.py"


rule score_reliability:
    input:
        concepts=WORDS_AND_CONCEPTS["concepts"],
        images=IMAGES_OF_ALL,
    output:
        f"{RESULTS}/reliability.tsv",
    log:
        f"{LOGS}/score_reliability.log",
    benchmark:
        f"{BENCHMARKS}/score_reliability.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_scores("score_reliability", layers_of_largest),
        runtime=growing(30),
    params:
        networks=NETWORKS,
        code=code_of("score_reliability"),
        threads=THREADS,
    message:
        "Scoring how far the images of different groups agree"
    script:
        "../scripts/score_reliability.py"


rule rank_concepts:
    input:
        layers=f"{RESULTS}/two_vs_two/{{model}}/layers.tsv",
        concepts=f"{RESULTS}/two_vs_two/{{model}}/concepts.tsv",
    output:
        f"{RESULTS}/two_vs_two/{{model}}/ranked_concepts.tsv",
    log:
        f"{LOGS}/rank_concepts/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/rank_concepts/{{model}}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        code=code_of("rank_concepts"),
    message:
        "Ranking the concepts by their part in the score against {wildcards.model}"
    script:
        "../scripts/rank_concepts.py"


rule build_concept_tree:
    input:
        layers=f"{RESULTS}/two_vs_two/{{model}}/layers.tsv",
        concepts=f"{RESULTS}/concepts.tsv",
        words=f"{RESULTS}/correlations/words/{{model}}.h5",
        images=IMAGES_OF_ALL,
        wordnet=f"{RESOURCES}/wordnet",
    output:
        f"{RESULTS}/concept_tree/{{model}}.h5",
    log:
        f"{LOGS}/build_concept_tree/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/build_concept_tree/{{model}}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=memory_of_pairs(1500, 24),
        runtime=growing(20),
    params:
        code=code_of("build_concept_tree"),
    message:
        "Ordering the concepts by words and images, and naming the groups"
    script:
        "../scripts/build_concept_tree.py"
