-- One row per segmentation and segment: its traits side by side, each with a sentence.
{%- set columns = ['feature', 'mean_value', 'population_mean', 'z_score', 'lift', 'sentence'] %}
with traits as (
    select
        *,
        lower(substring(definition, 1, 1)) || substring(definition, 2, length(definition)) || ': '
        || {{ covey.figure_in_words('mean_value', 'unit') }} || ' ('
        || {{ covey.figure_in_words('population_mean', 'unit') }} || ' among all)' as sentence
    from {{ ref('int_segment_traits') }}
),

final as (
    select
        {%- for number in [1, 2, 3] %}
        {%- for column in columns %}
        max(case when trait_rank = {{ number }} then {{ column }} end)
            as trait_{{ number }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        segmentation,
        segment_id
    from traits
    group by segmentation, segment_id
)

select * from final
