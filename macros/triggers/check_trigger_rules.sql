{#- Stops the model that calls it where a row of trigger_rules cannot be followed, with everything that is
    wrong with them at once. Not at the start of the run: the seed may not be loaded then. -#}
{% macro check_trigger_rules() %}
    {%- set own = var('covey_trigger_rules_relation') -%}
    {%- set seed = ref('trigger_rules') -%}
    {%- set seeds = [ref('event_taxonomy'), ref('rfm_grids'), ref('persona_archetypes')] -%}
    {%- if execute and (own or load_relation(seed)) and load_relation(seeds[0]) -%}
        {%- set rules = run_query('select * from ' ~ (own or seed) ~ ' order by trigger_id') -%}
        {%- set known = covey.trigger_rule_columns() -%}
        {%- set given = rules.column_names | map('lower') | list -%}
        {%- set problems = [] -%}
        {%- for column in given if column not in known -%}
            {%- do problems.append(
                'trigger_rules has the column ' ~ column ~ ', which means nothing. Did you mean "'
                ~ covey.closest_name(column, known) ~ '"?'
            ) -%}
        {%- endfor -%}
        {%- for column in known if column not in given -%}
            {%- do problems.append('trigger_rules has no column ' ~ column ~ '.') -%}
        {%- endfor -%}
        {%- if not problems -%}
            {%- set words = {
                'subject_type': ['customer', 'cart', 'product', 'category', 'segment'],
                'anchor': ['first', 'last'],
                'cool_down_by': ['customer', 'subject'],
            } -%}
            {%- set kinds = covey.trigger_event_kinds() + (
                run_query('select distinct event_name from ' ~ seeds[0] ~ ' order by 1').columns[0].values()
                | list
            ) -%}
            {%- set scopes = {
                'segment': [],
                'persona': run_query('select persona_id from ' ~ seeds[2]).columns[0].values() | list,
                'rfm': run_query('select distinct rfm_segment from ' ~ seeds[1]).columns[0].values() | list,
                'lifecycle': ['prospect', 'new', 'active', 'at risk', 'lapsed'],
            } -%}
            {%- set names = [] -%}
            {%- for rule in rules.rows -%}
                {%- set row = dict(zip(given, rule.values())) -%}
                {%- if row.trigger_id is none or row.trigger_id in names -%}
                    {%- do problems.append(
                        'trigger_rules has ' ~ ('a row without a trigger_id.' if row.trigger_id is none
                        else 'two rows for ' ~ row.trigger_id ~ '.')
                    ) -%}
                {%- endif -%}
                {%- do names.append(row.trigger_id) -%}
                {%- do problems.extend(covey.trigger_rule_problems(row, words, kinds, scopes)) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error(
                'trigger_rules cannot be followed:\n- ' ~ problems | join('\n- ')
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
