{#- True for a row of an input that is in its sample: every row, or of more rows than
    covey_profile_bounds.sample_rows about that many, chosen by the hash of the required columns. The
    same data give the same sample, whatever the order of the rows. -#}
{% macro is_sampled(input) -%}
    {{ covey.columns_fraction(
            covey.profiled_columns(input) | selectattr('is_required') | map(attribute='name') | list
        ) }}
        <= {{ covey.profile_bounds().sample_rows }}
        * 1.0 / (select nullif(count(*), 0) from {{ ref('base_' ~ input) }})
{%- endmacro %}
