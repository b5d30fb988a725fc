{#- What is wrong with covey_feature_models, as a list of sentences: all that can be told by names. -#}
{% macro feature_model_problems(models, shipped) %}
    {%- set problems = [] -%}
    {%- set lister = {} -%}
    {%- for model, columns in models.items() -%}
        {%- if covey.kind_of_value(columns) != 'a list' or not columns -%}
            {%- do problems.append(
                'covey_feature_models.' ~ model ~ ' must be a list of feature columns, and is '
                ~ covey.kind_of_value(columns) ~ ': ' ~ columns
            ) -%}
        {%- else -%}
            {%- for column in columns -%}
                {%- set said = 'covey_feature_models.' ~ model ~ ' lists ' ~ column ~ ', ' -%}
                {%- if not modules.re.fullmatch('[a-z][a-z0-9]*(_[a-z0-9]+)*', column | string) -%}
                    {%- do problems.append(
                        said ~ 'which cannot be the name of a feature: lower-case letters, digits '
                        ~ 'and single underscores, a letter first.'
                    ) -%}
                {%- elif column in shipped -%}
                    {%- do problems.append(
                        said ~ 'which is a feature of covey. Give yours another name; to change '
                        ~ "covey's, write a row for it in covey_feature_catalog_relation."
                    ) -%}
                {%- elif column in covey.reserved_names()
                    or modules.re.fullmatch('(indicator_score|intercept)_[0-9]+', column) -%}
                    {%- do problems.append(
                        said ~ 'a name that covey needs itself. Give it another name.'
                    ) -%}
                {%- elif column in lister -%}
                    {%- do problems.append(
                        said ~ 'which ' ~ lister[column] ~ ' lists already.'
                    ) -%}
                {%- endif -%}
                {%- do lister.setdefault(column, model) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
