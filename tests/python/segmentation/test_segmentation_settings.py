import pytest

from covey.segmentation import SegmentationSettings, parse_settings


def test_defaults_and_plain_values():
    parsed = parse_settings({"value": {"k_max": 6, "algorithms": ["kmeans"]}, "behaviour": None})
    assert list(parsed) == ["behaviour", "value"]
    assert parsed["behaviour"] == SegmentationSettings(segmentation="behaviour")
    assert parsed["value"].algorithms == ("kmeans",)
    assert parsed["value"].grid == (2, 3, 4, 5, 6)


def test_integers_pass_for_floats():
    assert parse_settings({"s": {"min_stability": 0}})["s"].min_stability == 0.0


def test_stages_and_weights_are_read_as_written():
    options = {"stages": ["demographic", ["value", "funnel"]], "group_weights": {"value": 2}}
    parsed = parse_settings({"s": options})["s"]
    assert parsed.stages == (("demographic",), ("value", "funnel"))
    assert parsed.group_weights == {"value": 2.0}


def test_fixed_k_joins_the_grid():
    assert parse_settings({"s": {"k_max": 3, "k": 12}})["s"].grid == (2, 3, 12)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kmax": 5}, "unknown option 'kmax'; did you mean 'k_max'"),
        ({"k_max": "5"}, "k_max is '5', of type str; it must be of type int"),
        ({"k_max": True}, "of type bool"),
        ({"k_min": 5, "k_max": 4}, "k_max is 4, it must be at least 5"),
        ({"min_stability": 1.5}, "min_stability is 1.5, it must be between 0 and 1"),
        ({"algorithms": ["kmean"]}, "did you mean 'kmeans'"),
        ({"algorithms": []}, "algorithms is"),
        ({"algorithm": "ward"}, "algorithm is 'ward', it must be one of"),
        ({"scaling": "robsut"}, "scaling is 'robsut', it must be one of"),
        ({"retrain": "nightly"}, "retrain is 'nightly'"),
        ({"covariances": ["full", "tide"]}, "did you mean 'tied'"),
        ({"pca_share": 1.5}, "pca_share is 1.5"),
        ({"pca_share": 0.9, "pca_components": 3}, "absent where pca_components is given"),
        ({"stages": [["demographic"]]}, "stages is"),
        ({"group_weights": {"demographic": -1}}, "group_weights['demographic'] is -1.0"),
        ({"outlier_mads": float("nan")}, "outlier_mads is nan"),
    ],
)
def test_wrong_options_name_both_sides(options, words):
    with pytest.raises(ValueError, match=r"segmentation 's'") as error:
        parse_settings({"s": options})
    assert words in str(error.value)
