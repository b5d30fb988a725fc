{#- What counts as an anomaly of an input: the defaults, with what covey_profile_bounds replaces. -#}
{% macro profile_bounds() %}
    {%- set bounds = {
        'least_rows_ratio': 0.5,
        'most_rows_ratio': 2,
        'null_share_rise': 0.05,
        'standard_errors': 3,
        'new_category_share': 0.01,
        'most_categories': 50,
        'stale_after_hours': 12,
        'sample_rows': 250000,
        'still_inputs': ['erasure_requests', 'experiment_exposures', 'survey_responses'],
    } -%}
    {%- set given = var('covey_profile_bounds', none) or {} -%}
    {%- for name in given if name not in bounds -%}
        {{ exceptions.raise_compiler_error(
            'covey_profile_bounds has no entry ' ~ name ~ '. Did you mean "'
            ~ covey.closest_name(name, bounds.keys() | list) ~ '"?'
        ) }}
    {%- endfor -%}
    {%- do bounds.update(given) -%}
    {{ return(bounds) }}
{% endmacro %}
