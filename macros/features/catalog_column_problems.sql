{#- What is wrong with the columns of covey_feature_catalog_relation. Nothing is said of one that is not
    built yet. -#}
{% macro catalog_column_problems(relation) %}
    {%- set said = 'covey_feature_catalog_relation is ' ~ relation ~ ', which ' -%}
    {%- set found = covey.describe_relation(relation) -%}
    {%- set known = ['feature'] + covey.feature_catalog_columns().keys() | list -%}
    {%- set problems = [] -%}
    {%- if found.status == 'missing' -%}
        {%- do problems.append(
            said ~ 'does not exist.'
            ~ (' Did you mean "' ~ found.closest ~ '"?' if found.closest else
               ' Its schema has no tables, or you have no rights on it.')
        ) -%}
    {%- elif found.status == 'unreadable' -%}
        {%- do problems.append(said ~ 'cannot be read.') -%}
    {%- elif found.status == 'ok' -%}
        {%- if 'feature' not in found.columns -%}
            {%- do problems.append(
                said ~ 'has no column feature. It has: ' ~ found.columns.keys() | join(', ')
            ) -%}
        {%- endif -%}
        {#- Other columns are the business of whoever keeps the table: only a near miss is refused. -#}
        {%- for column in found.columns if column not in known -%}
            {%- set closest = covey.closest_name(column, known) -%}
            {%- if closest not in found.columns and covey.likeness(column, closest) >= 0.6 -%}
                {%- do problems.append(
                    said ~ 'has a column ' ~ column ~ '. Did you mean "' ~ closest ~ '"?'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
