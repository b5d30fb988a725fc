{#- True for a row of an input that is in its sample: every row, or of more rows than
    covey_profile_bounds.sample_rows about that many, chosen by the hash of the required columns as
    they came. The same data give the same sample, whatever the order of the rows. -#}
{% macro is_in_sample(expressions, columns, relation) -%}
    {%- set hashed = [] -%}
    {%- for name, column in columns.items() if column.config.meta.contract == 'required' -%}
        {%- do hashed.append(expressions[name]) -%}
    {%- endfor -%}
    {{ covey.columns_fraction(hashed) }} <= {{ covey.profile_bounds().sample_rows }}
            * 1.0 / (select nullif(count(*), 0) from {{ relation }} as all_rows)
{%- endmacro %}
