{#- A whole number that rows with the same values share, and others hardly ever; wide enough to be
    summed. Not promised to be the same in two engines or versions. -#}
{% macro row_hash(columns) %}
    {{ return(adapter.dispatch('row_hash', 'covey')(columns)) }}
{% endmacro %}

{% macro default__row_hash(columns) -%}
    cast({{ covey.columns_fraction(columns) }} * 4294967296 as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
    cast(hash({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{% macro snowflake__row_hash(columns) -%}
    cast(hash({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{% macro bigquery__row_hash(columns) -%}
    cast(farm_fingerprint(to_json_string(struct({{ columns | join(', ') }}))) as bignumeric)
{%- endmacro %}
