"""What an examination of a study reads, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from semantrace.core.errors import Problems
from semantrace.examination.plan import NetworkSize
from semantrace.images.sampling import SampledImages
from semantrace.words.concepts import ConceptMatching


@dataclass(frozen=True)
class StudyFiles:
    """Where a study's own and fetched files are.

    Attributes
    ----------
    source : str
        The study's file, for messages.
    matching : str
        Where the table of classes will be, for messages.
    folder : path
        Where the images lie.
    wordnet : path
        As `WordNet.load` takes it.
    word_vectors : mapping of str to mapping of str to path
        The files `vectors` and `vocabulary` of each model, where they are once it is converted.
    """

    source: str
    matching: str
    folder: Path
    wordnet: Path
    word_vectors: Mapping[str, Mapping[str, str]]


@dataclass
class StudyCheck:
    """What was found out about a study.

    Attributes
    ----------
    problems : Problems
        What stops the study.
    warnings : list of str
        What a user should look at.
    matching : ConceptMatching or None
        Which classes are concepts.
    lost : dict of str to list of str
        By model, the concepts' names that it has no vector for, each with the reason.
    images : SampledImages or None
        The images that are used.
    decoding_seconds : float
        In which one image was decoded.
    networks : list of NetworkSize
        Those that can be built and have all their layers.
    """

    problems: Problems = field(default_factory=Problems)
    warnings: list[str] = field(default_factory=list)
    matching: ConceptMatching | None = None
    lost: dict[str, list[str]] = field(default_factory=dict)
    images: SampledImages | None = None
    decoding_seconds: float = 0.0
    networks: list[NetworkSize] = field(default_factory=list)
