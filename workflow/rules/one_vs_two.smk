"""What a network got wrong: the 1 vs. 2 test of its misclassified images, against all word models."""

if WORD_MODELS:

    rule score_one_vs_two:
        input:
            **files_of_word_models(),
            **by_word_model(
                lambda model: {"words": f"{RESULTS}/correlations/words/{model}.h5"}
            ),
            concepts=f"{RESULTS}/concepts.tsv",
            permutations=f"{RESULTS}/permutations.h5",
            images=IMAGES_OF_NETWORK,
            activations=collect(
                f"{RESULTS}/activations/{{network}}/{{shard}}",
                shard=SHARDS,
                allow_missing=True,
            ),
            study_images=f"{RESULTS}/images.tsv",
            wordnet=f"{RESOURCES}/wordnet",
        output:
            **by_word_model(
                lambda model: {
                    "layers": f"{RESULTS}/one_vs_two/{{network}}/{model}.tsv",
                    "images": f"{RESULTS}/one_vs_two/{{network}}/images/{model}.tsv",
                }
            ),
        log:
            f"{LOGS}/score_one_vs_two/{{network}}.log",
        benchmark:
            f"{BENCHMARKS}/score_one_vs_two/{{network}}.tsv"
        priority: BEFORE_EXTRACTION
        conda:
            "../../envs/analysis.yaml"
        threads: THREADS
        resources:
            mem_mb=memory_of_scores("score_one_vs_two", layers_of),
            runtime=growing(60),
        params:
            concepts=only(STUDY.settings["concepts"], "match", "lowercase"),
            look_ups=word_look_ups,
            code=code_of("score_one_vs_two"),
            threads=THREADS,
        message:
            "Testing what {wildcards.network} misclassified, 1 vs. 2"
        script:
            "../scripts/score_one_vs_two.py"
