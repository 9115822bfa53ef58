"""A text encoder of few weights, as its files are published."""

import json

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = (*SPECIAL, "a", "photo", "of", "ice", "cream", "dog", "ze", "##bra")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-'."
SPELLING = (*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS))
"""Words of a vocabulary that tells all names apart."""

LAYERS, HEADS, WIDTH, INNER, POSITIONS = 2, 2, 8, 12, 80
CONFIG = {
    "model_type": "bert",
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "hidden_size": WIDTH,
    "max_position_embeddings": POSITIONS,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}


def encoder_weights(words=WORDS, seed=0):
    """Return random weights under the names that BERT's have."""
    shapes = {
        "embeddings.word_embeddings.weight": (len(words), WIDTH),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.LayerNorm.bias": (WIDTH,),
    }
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        dense = {f"attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")}
        dense["attention.output.dense"] = (WIDTH, WIDTH)
        dense |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
        for name, shape in dense.items():
            shapes[f"{layer}.{name}.weight"] = shape
            shapes[f"{layer}.{name}.bias"] = shape[:1]
        for name in ("attention.output", "output"):
            shapes[f"{layer}.{name}.LayerNorm.weight"] = (WIDTH,)
            shapes[f"{layer}.{name}.LayerNorm.bias"] = (WIDTH,)
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def write_encoder(folder, weights=None, config=CONFIG, words=WORDS):
    """Write the three files of an encoder, and return what a study says of it."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights or encoder_weights(words), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(word, vocabulary[word]) for word in ("[CLS]", "[SEP]") if word in vocabulary]
    if len(ends) == 2:
        tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, ends)
    tokenizer.save(str(folder / "tokenizer.json"))
    return {
        "title": "Small",
        "format": "text_encoder",
        "file": str(folder / "model.safetensors"),
        "tokenizer": str(folder / "tokenizer.json"),
        "config": str(folder / "config.json"),
        "layers": [-1],
        "pooling": "mean",
        "template": "{word}",
        "case": "as_is",
    }
