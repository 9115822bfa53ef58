"""Figures and tables of the emergence of semantics, for studies with word vectors."""

ENCODER_TITLES = {name: DOCUMENT["word_vectors"][name]["title"] for name in ENCODERS}
# Where one word model stands for all, it is the study's first.
FIRST_MODEL = WORD_MODELS[0]
EMERGENCE_TITLES = {
    "networks": NETWORK_TITLES,
    "layer_titles": LAYER_TITLES,
    "word_models": WORD_MODEL_TITLES,
}
# All measures are many for each layer of a text encoder, of which the study's last stands for all.
MEASURED_MODELS = list(
    {STUDY.word_models[name].encoder or name: name for name in WORD_MODELS}.values()
)
MEASURED_TITLES = {name: WORD_MODEL_TITLES[name] for name in MEASURED_MODELS}


use rule base as plot_two_vs_two_by_layer with:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        **figure_output("two_vs_two_by_layer"),
    log:
        f"{LOGS}/plot_two_vs_two_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_two_vs_two_by_layer.tsv"
    localrule: True
    params:
        **by_script("plot_two_vs_two_by_layer"),
        **EMERGENCE_TITLES,
    message:
        "Drawing 2 vs. 2 accuracy by layer"


use rule base as plot_two_vs_two_by_depth with:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        **figure_output("two_vs_two_by_depth"),
    log:
        f"{LOGS}/plot_two_vs_two_by_depth.log",
    benchmark:
        f"{BENCHMARKS}/plot_two_vs_two_by_depth.tsv"
    localrule: True
    params:
        **by_script("plot_two_vs_two_by_depth"),
        **EMERGENCE_TITLES,
    message:
        "Drawing 2 vs. 2 accuracy of all networks by relative depth"


use rule base as plot_best_layers_by_network with:
    input:
        table=f"{RESULTS}/tables/best_layers.tsv",
    output:
        **figure_output("best_layers_by_network"),
    log:
        f"{LOGS}/plot_best_layers_by_network.log",
    benchmark:
        f"{BENCHMARKS}/plot_best_layers_by_network.tsv"
    localrule: True
    params:
        **by_script("plot_best_layers_by_network"),
        **EMERGENCE_TITLES,
    message:
        "Drawing the best layer of each network"


use rule base as plot_two_vs_two_by_layer_of_network with:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        **figure_output(
            "two_vs_two_by_layer_{network}", "two_vs_two_by_layer_of_network"
        ),
    log:
        f"{LOGS}/plot_two_vs_two_by_layer_of_network/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_two_vs_two_by_layer_of_network/{{network}}.tsv"
    localrule: True
    params:
        **by_script("plot_two_vs_two_by_layer_of_network"),
        **EMERGENCE_TITLES,
    message:
        "Drawing 2 vs. 2 accuracy by layer of {wildcards.network}"


use rule base as plot_one_vs_two_by_layer with:
    input:
        expand(
            f"{RESULTS}/one_vs_two/{{network}}/{{model}}.tsv",
            network=NETWORKS,
            model=WORD_MODELS,
        ),
    output:
        **figure_output("one_vs_two_by_layer"),
    log:
        f"{LOGS}/plot_one_vs_two_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_one_vs_two_by_layer.tsv"
    localrule: True
    params:
        **by_script("plot_one_vs_two_by_layer"),
        **EMERGENCE_TITLES,
    message:
        "Drawing 1 vs. 2 accuracy by layer"


use rule base as plot_matched_and_mismatched_by_layer with:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        **figure_output("matched_and_mismatched_by_layer"),
    log:
        f"{LOGS}/plot_matched_and_mismatched_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_matched_and_mismatched_by_layer.tsv"
    localrule: True
    params:
        **by_script("plot_matched_and_mismatched_by_layer"),
        **EMERGENCE_TITLES,
    message:
        "Drawing matched and mismatched correlations by layer"


use rule base as plot_measures_by_layer with:
    input:
        table=f"{RESULTS}/alignment/{FIRST_MODEL}.tsv",
    output:
        **figure_output("measures_by_layer"),
    log:
        f"{LOGS}/plot_measures_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_measures_by_layer.tsv"
    localrule: True
    params:
        **by_script("plot_measures_by_layer"),
        **EMERGENCE_TITLES,
    message:
        "Drawing every layer by every measure"


use rule base as plot_semantics_beyond_pixels with:
    input:
        table=f"{RESULTS}/controls/{FIRST_MODEL}.tsv",
        # One group has no noise ceilings.
        reliability=[f"{RESULTS}/reliability.tsv"] if len(GROUPS) > 1 else [],
    output:
        **figure_output("semantics_beyond_pixels"),
    log:
        f"{LOGS}/plot_semantics_beyond_pixels.log",
    benchmark:
        f"{BENCHMARKS}/plot_semantics_beyond_pixels.tsv"
    localrule: True
    params:
        **by_script("plot_semantics_beyond_pixels"),
        **EMERGENCE_TITLES,
        has_ceilings=len(GROUPS) > 1,
    message:
        "Drawing what layers share with words beyond the pixels"


use rule base as plot_accuracy_by_images with:
    input:
        table=f"{RESULTS}/averaging/{FIRST_MODEL}.tsv",
        classes=(
            [f"{RESULTS}/class_vector_alignment/{FIRST_MODEL}.tsv"]
            if EMBEDDED_NETWORKS
            else []
        ),
    output:
        **figure_output("accuracy_by_images"),
    log:
        f"{LOGS}/plot_accuracy_by_images.log",
    benchmark:
        f"{BENCHMARKS}/plot_accuracy_by_images.tsv"
    localrule: True
    params:
        **by_script("plot_accuracy_by_images"),
        **EMERGENCE_TITLES,
    message:
        "Drawing accuracy against the number of images averaged"


use rule base as plot_class_vectors_by_layer with:
    input:
        images=f"{RESULTS}/alignment/{FIRST_MODEL}.tsv",
        classes=f"{RESULTS}/class_vector_alignment/{FIRST_MODEL}.tsv",
    output:
        **figure_output("class_vectors_by_layer"),
    log:
        f"{LOGS}/plot_class_vectors_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_class_vectors_by_layer.tsv"
    localrule: True
    params:
        **by_script("plot_class_vectors_by_layer"),
        **EMERGENCE_TITLES,
    message:
        "Drawing the accuracy of class vectors beside that of images"


use rule base as plot_concepts_by_pass_rate with:
    input:
        concepts=f"{RESULTS}/two_vs_two/{FIRST_MODEL}/ranked_concepts.tsv",
        images=f"{RESULTS}/images.tsv",
        folder=dataset_folder_input,
    output:
        **figure_output("concepts_by_pass_rate"),
    log:
        f"{LOGS}/plot_concepts_by_pass_rate.log",
    benchmark:
        f"{BENCHMARKS}/plot_concepts_by_pass_rate.tsv"
    localrule: True
    params:
        **by_script("plot_concepts_by_pass_rate"),
        **EMERGENCE_TITLES,
        folder=DATASET_FOLDER,
    message:
        "Drawing the concepts that carry and that break the score"


use rule base as plot_correlation_matrices with:
    input:
        f"{RESULTS}/concept_tree/{FIRST_MODEL}.h5",
    output:
        **figure_output("correlation_matrices"),
    log:
        f"{LOGS}/plot_correlation_matrices.log",
    benchmark:
        f"{BENCHMARKS}/plot_correlation_matrices.tsv"
    localrule: True
    params:
        **by_script("plot_correlation_matrices"),
        **EMERGENCE_TITLES,
    message:
        "Drawing word and image correlations side by side"


use rule base as tabulate_best_layers with:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        **table_output("best_layers"),
    log:
        f"{LOGS}/tabulate_best_layers.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_best_layers.tsv"
    localrule: True
    params:
        **by_script("tabulate_best_layers"),
        layer_titles=LAYER_TITLES,
    message:
        "Writing the best layer of each network"


use rule base as plot_layer_map with:
    input:
        table=f"{RESULTS}/layer_maps/{{encoder}}.tsv",
    output:
        **figure_output("layer_map_{encoder}", "layer_map"),
    log:
        f"{LOGS}/plot_layer_map/{{encoder}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_layer_map/{{encoder}}.tsv"
    wildcard_constraints:
        encoder=any_of(ENCODERS),
    localrule: True
    params:
        **by_script("plot_layer_map"),
        **EMERGENCE_TITLES,
        encoders=ENCODER_TITLES,
    message:
        "Drawing the layers of networks against those of {wildcards.encoder}"


rule explain_pass_rates:
    input:
        **files_of_word_models(),
        **{
            f"{part}_{model}": f"{RESULTS}/two_vs_two/{model}/{part}.tsv"
            for model in WORD_MODELS
            for part in ("layers", "concepts")
        },
        concepts=f"{RESULTS}/concepts.tsv",
        permutations=f"{RESULTS}/permutations.h5",
        wordnet=f"{RESOURCES}/wordnet",
        # One group tells nothing of the spread of a concept's images.
        averages=(
            expand(f"{RESULTS}/averages/{{network}}.h5", network=NETWORKS)
            if len(GROUPS) > 1
            else []
        ),
    output:
        **table_output("concept_regression"),
    log:
        f"{LOGS}/explain_pass_rates.log",
    benchmark:
        f"{BENCHMARKS}/explain_pass_rates.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        code=code_of("explain_pass_rates"),
        look_ups=word_look_ups,
        threads=1,
    message:
        "Regressing the concepts' pass rates"
    script:
        "../scripts/explain_pass_rates.py"


rule measure_word_models:
    input:
        **files_of_word_models(),
        wordnet=f"{RESOURCES}/wordnet",
    output:
        **table_output("word_model_quality"),
    log:
        f"{LOGS}/measure_word_models.log",
    benchmark:
        f"{BENCHMARKS}/measure_word_models.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        code=code_of("measure_word_models"),
        look_ups=word_look_ups,
        lowercase=STUDY.settings["concepts"]["lowercase"],
        threads=1,
    message:
        "Comparing the word models with people's judgements"
    script:
        "../scripts/measure_word_models.py"


use rule base as plot_reliability_by_layer with:
    input:
        reliability=f"{RESULTS}/reliability.tsv",
        scores=expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        **figure_output("reliability_by_layer"),
    log:
        f"{LOGS}/plot_reliability_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_reliability_by_layer.tsv"
    localrule: True
    params:
        **by_script("plot_reliability_by_layer"),
        **EMERGENCE_TITLES,
    message:
        "Drawing how far the images of different groups agree"


use rule base as tabulate_alignment with:
    input:
        expand(f"{RESULTS}/alignment/{{model}}.tsv", model=MEASURED_MODELS),
    output:
        **table_output("alignment"),
    log:
        f"{LOGS}/tabulate_alignment.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_alignment.tsv"
    localrule: True
    params:
        **by_script("tabulate_alignment"),
    message:
        "Writing every layer by every measure"


use rule base as tabulate_best_layers_by_measure with:
    input:
        expand(f"{RESULTS}/alignment/{{model}}.tsv", model=MEASURED_MODELS),
    output:
        **table_output("best_layers_by_measure"),
    log:
        f"{LOGS}/tabulate_best_layers_by_measure.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_best_layers_by_measure.tsv"
    localrule: True
    params:
        **by_script("tabulate_best_layers_by_measure"),
        layer_titles=LAYER_TITLES,
    message:
        "Writing the best layer of each network by each measure"


use rule base as tabulate_layer_comparisons with:
    input:
        expand(f"{RESULTS}/comparisons/{{model}}.tsv", model=WORD_MODELS),
    output:
        **table_output("layer_comparisons"),
    log:
        f"{LOGS}/tabulate_layer_comparisons.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_layer_comparisons.tsv"
    localrule: True
    params:
        **by_script("tabulate_layer_comparisons"),
        layer_titles=LAYER_TITLES,
    message:
        "Writing the comparisons of layers and networks"


if "paper_comparison" in TABLES:

    use rule base as tabulate_paper_comparison with:
        input:
            expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
        output:
            **table_output("paper_comparison"),
        log:
            f"{LOGS}/tabulate_paper_comparison.log",
        benchmark:
            f"{BENCHMARKS}/tabulate_paper_comparison.tsv"
        localrule: True
        params:
            **by_script("tabulate_paper_comparison"),
            layer_titles=LAYER_TITLES,
            published=STUDY.settings["published"],
        message:
            "Writing the best layers beside the published ones"
